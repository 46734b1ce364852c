// The parts of which sync fixtures are made. What becomes of a message is written by hand; the state that follows, and its
// checksum, are reckoned here, by the description of the protocol alone.
import { murmur3 } from '../bucket.mjs';
import { booleanFlag } from '../fixture.mjs';

/** The part of an entity in the checksum: both hashes of `kind 0 id 0 body`. */
function hashOf({ kind, id, body }) {
  const bytes = new TextEncoder().encode(`${kind}\u0000${id}\u0000${body}`);
  return (BigInt(murmur3(bytes, 0)) << 32n) | BigInt(murmur3(bytes, 0x9747b28c));
}

/** The checksum of a whole state, 16 hex digits. */
export function checksumOf(entities) {
  const sum = [...entities].reduce((before, entity) => before ^ hashOf(entity), 0n);
  return sum.toString(16).padStart(16, '0');
}

/** A published entity. A body that is text is taken as it stands. */
export function entity(kind, id, revision, body) {
  return { kind, id, revision, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** A published boolean flag that serves a variant. */
export function flagEntity(key, revision, variant = 'on', more = {}) {
  return entity('flag', key, revision, booleanFlag(key, { defaultServe: { variant }, ...more }));
}

const nameOf = ({ kind, id }) => `${kind} ${id}`;

export class SyncFixture {
  constructor(name, title) {
    this.name = name;
    this.title = title;
    this.steps = [];
    this.held = new Map();
    this.revision = 0;
    this.begun = [];
  }

  /** A message that is to have an outcome. What it changes is applied here where that is `applied`. */
  step(says, outcome, message, { changedFlags, evaluations } = {}) {
    const { revision, fromRevision = 0, last = true, entities = [], removed = [] } = message;
    const isBegun = this.begun.some((one) => one.revision === revision && one.fromRevision === fromRevision);
    const parts = [...(isBegun ? this.begun : []), { revision, fromRevision, entities, removed }];
    const next = new Map(fromRevision === 0 ? [] : this.held);
    for (const part of parts) for (const ref of part.removed) next.delete(nameOf(ref));
    for (const part of parts) for (const one of part.entities) next.set(nameOf(one), one);
    const checksum = message.checksum ?? checksumOf(next.values());
    if (outcome === 'applied') {
      this.held = next;
      this.revision = revision;
    }
    this.begun = outcome === 'pending' ? parts : [];
    this.steps.push({
      says,
      message: { revision, fromRevision, last, checksum, entities, removed },
      outcome,
      ...(changedFlags !== undefined && { changedFlags }),
      revision: this.revision,
      checksum: checksumOf(this.held.values()),
      evaluations: this.answers(evaluations ?? {}),
    });
    return this;
  }

  /** Evaluations after a step, by flag: a variant of a boolean flag, with its reason, or an error code. */
  answers(variants) {
    return Object.entries(variants).map(([flag, answer]) => {
      const {
        variant = null,
        reason = 'STATIC',
        errorCode,
        context = {},
        ...facts
      } = typeof answer === 'string' ? { variant: answer } : answer;
      const fallback = variant === null ? 'mine' : false;
      const revision = [...this.held.values()].findLast(
        ({ kind, body }) => kind === 'flag' && body.includes(`"key":"${flag}"`),
      )?.revision;
      const metadata = errorCode === undefined ? { flagRevision: revision, ...facts } : facts;
      const served = {
        value: variant === null ? fallback : variant === 'on',
        variant,
        reason: errorCode === undefined ? reason : 'ERROR',
      };
      return { flag, default: fallback, context, expect: { ...served, ...(errorCode !== undefined && { errorCode }), metadata } };
    });
  }
}

/** Answers of evaluations that are errors. */
export const notReady = { errorCode: 'PROVIDER_NOT_READY' };
export const notFound = { errorCode: 'FLAG_NOT_FOUND' };

export const wrongChecksum = 'ffffffffffffffff';

/** A fixture whose first step is a snapshot of two flags at a revision. */
export function begun(name, title, revision = 5) {
  const entities = [flagEntity('a', 3), flagEntity('b', 5)];
  return new SyncFixture(name, title).step(
    'a snapshot',
    'applied',
    { revision, entities },
    { changedFlags: ['a', 'b'], evaluations: { a: 'on', b: 'on' } },
  );
}
