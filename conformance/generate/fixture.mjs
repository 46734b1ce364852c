// The parts of which evaluation fixtures are made.

/** An enabled flag of three variants that tells what a condition says: `holds`, `fails` (its negation holds) or `unknown`. */
export function truthFlag(key, when, more = {}) {
  return {
    ...stringFlag(key, ['holds', 'fails', 'unknown']),
    rules: [
      { id: 'holds', when, serve: { variant: 'holds' } },
      { id: 'fails', when: { not: when }, serve: { variant: 'fails' } },
    ],
    defaultServe: { variant: 'unknown' },
    ...more,
  };
}

/** An enabled flag whose variants have their keys as values; it has no rules, and serves and falls back to the first. */
export function stringFlag(key, variants, more = {}) {
  const named = variants.map((variant) => ({ key: variant, value: variant }));
  const [first] = variants;
  return { ...common(key, 'string', named), offVariant: first, defaultServe: { variant: first }, ...more };
}

/** A boolean flag that is enabled, `off` while off and `on` by default. */
export function booleanFlag(key, more = {}) {
  const variants = [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ];
  return { ...common(key, 'boolean', variants), offVariant: 'off', defaultServe: { variant: 'on' }, ...more };
}

/** A flag of any type with a variant for each value, keyed `v0`, `v1`, …; serves `v0`. */
export function valueFlag(key, type, values, more = {}) {
  const variants = values.map((value, index) => ({ key: `v${index}`, value }));
  return { ...common(key, type, variants), offVariant: null, defaultServe: { variant: 'v0' }, ...more };
}

function common(key, type, variants) {
  return { key, type, archived: false, clientVisible: true, variants, enabled: true, prerequisites: [], targets: [], rules: [] };
}

/** A fixture under construction: entities get their revisions in order, and a flag's is what its evaluations must tell. */
export class Fixture {
  constructor(name, title) {
    this.name = name;
    this.title = title;
    this.definitions = [];
    this.cases = [];
  }

  add(kind, body, id = body.key) {
    this.definitions.push({ kind, id, revision: this.definitions.length + 1, body });
    return this;
  }

  flag(body) {
    return this.add('flag', body);
  }

  segment(body) {
    return this.add('segment', body);
  }

  /** A case whose outcome names a served variant, or an error, or `null`: the caller's default. */
  expect(says, { flag, context = {}, ...asked }, { variant = null, reason, errorCode, ...facts }) {
    const entity = this.definitions.findLast(({ kind, body }) => kind === 'flag' && body?.key === flag);
    const fallback = asked.default ?? callersDefault(entity?.body);
    const value = variant === null ? fallback : entity.body.variants.findLast(({ key }) => key === variant).value;
    const readable = errorCode === undefined || errorCode === 'GENERAL';
    const metadata = readable ? { flagRevision: entity.revision, ...facts } : facts;
    this.cases.push({
      id: '',
      says,
      flag,
      ...asked,
      default: fallback,
      context,
      expect: { value, variant, reason, ...(errorCode !== undefined && { errorCode }), metadata },
    });
    return this;
  }

  served(says, question, variant, reason, facts = {}) {
    return this.expect(says, question, { variant, reason, ...facts });
  }

  error(says, question, errorCode) {
    return this.expect(says, question, { reason: 'ERROR', errorCode });
  }

  /** What a `truthFlag` serves: T, F or U. */
  truth(says, question, letter) {
    if (letter === 'U') return this.served(says, question, 'unknown', 'DEFAULT', { degraded: true });
    const variant = letter === 'T' ? 'holds' : 'fails';
    return this.served(says, question, variant, 'TARGETING_MATCH', { ruleId: variant });
  }
}

/** A value that no variant of the flag has, of its type. */
function callersDefault(body) {
  switch (body?.type) {
    case 'boolean':
      return false;
    case 'integer':
      return -99;
    case 'double':
      return -9.5;
    case 'json':
      return { from: 'caller' };
    default:
      return "the caller's default";
  }
}
