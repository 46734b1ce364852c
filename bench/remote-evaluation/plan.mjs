/**
 * 100 flags, the same for every contestant: of five, two are on for everybody, two for half of the users, and one for 20
 * users by name.
 *
 * @typedef {{ readonly key: string, readonly kind: 'everybody' | 'half' | 'named', readonly document: object }} PlannedFlag
 */

export const namedUsers = Array.from({ length: 20 }, (_, index) => `u${index}`);

const rest = { offVariant: 'off', prerequisites: [], targets: [] };

/** @param {PlannedFlag['kind']} kind */
function documentOf(kind) {
  switch (kind) {
    case 'everybody':
      return { ...rest, rules: [], defaultServe: { variant: 'on' } };
    case 'half':
      return { ...rest, rules: [], defaultServe: { split: { contextKind: 'user', weights: { on: 50_000, off: 50_000 } } } };
    default: {
      const when = { attribute: 'key', op: 'in', values: namedUsers };
      return { ...rest, rules: [{ id: 'named', when, serve: { variant: 'on' } }], defaultServe: { variant: 'off' } };
    }
  }
}

/** @type {readonly PlannedFlag[]} */
export const plannedFlags = Array.from({ length: 100 }, (_, index) => {
  const place = index % 5;
  const kind = place < 2 ? 'everybody' : place < 4 ? 'half' : 'named';
  return { key: `flag-${index}`, kind, document: documentOf(kind) };
});

/** @param {number} index */
export const contextOf = (index) => ({ targetingKey: `u${index}`, plan: index % 2 === 0 ? 'pro' : 'free', country: 'NZ' });
