import type { Entity, EntityRef } from '../definitions/entity.ts';
import { compileDefinitions, entityName, recompile } from '../evaluation/compile-definitions.ts';
import type { CompiledDefinitions } from '../evaluation/compiled-definitions.ts';
import { affectedFlags } from './affected-flags.ts';
import { Checksum } from './checksum.ts';
import { compactEntity } from './compact-entity.ts';
import type { ApplyOutcome, ReplicaMessage } from './replica-message.ts';

/** Most entities, removals included, that a state of several messages may hold before its last one. */
export const maxPendingEntities = 1_000_000;

/** A copy of one environment's definitions that follows a sync stream. Used by SDK, gateway and tests alike. */
export interface Replica {
  /**
   * Takes in one message. A state applies as a whole at its last message, and only if it fits the present revision (or is a
   * snapshot) and its checksum comes out; otherwise nothing changes and the sender must be asked for a snapshot.
   */
  apply(message: ReplicaMessage): ApplyOutcome;
  /** `undefined` before the first state. Each state is a new object. */
  readonly compiled: CompiledDefinitions | undefined;
  /** 0 before the first state. */
  readonly revision: bigint;
  readonly checksum: bigint;
  /** Everything held, of kinds not known here too, in no particular order: what a snapshot consists of. */
  entities(): Iterable<Entity>;
}

interface Pending {
  readonly fromRevision: bigint;
  readonly revision: bigint;
  readonly entities: Entity[];
  readonly removed: EntityRef[];
}

class DefinitionsReplica implements Replica {
  private held = new Map<string, Entity>();
  private state = new Checksum();
  private pending: Pending | undefined;
  private current: CompiledDefinitions | undefined;
  private at = 0n;

  get compiled(): CompiledDefinitions | undefined {
    return this.current;
  }

  get revision(): bigint {
    return this.at;
  }

  get checksum(): bigint {
    return this.state.value;
  }

  entities(): Iterable<Entity> {
    return [...this.held.values()];
  }

  apply(message: ReplicaMessage): ApplyOutcome {
    const pending = this.gather(message);
    if (pending === undefined) return this.refuse({ kind: 'gap', expectedFromRevision: this.at });
    if (!message.last) {
      this.pending = pending;
      return { kind: 'pending' };
    }
    this.pending = undefined;
    return pending.fromRevision === 0n
      ? this.applySnapshot(pending, message.checksum)
      : this.applyDelta(pending, message.checksum);
  }

  private refuse(outcome: ApplyOutcome): ApplyOutcome {
    this.pending = undefined;
    return outcome;
  }

  /** Joins a message to what came before it; `undefined` if it does not fit. */
  private gather(message: ReplicaMessage): Pending | undefined {
    const fromRevision = BigInt(message.fromRevision);
    const revision = BigInt(message.revision);
    if (fromRevision !== 0n && (this.current === undefined || fromRevision !== this.at || revision < fromRevision))
      return undefined;
    const { pending } = this;
    // What was begun for another state was cut off with its stream; the checksum finds out if too little is left.
    if (pending === undefined || pending.fromRevision !== fromRevision || pending.revision !== revision) {
      return { fromRevision, revision, entities: [...message.entities], removed: [...message.removed] };
    }
    const size = pending.entities.length + pending.removed.length + message.entities.length + message.removed.length;
    if (size > maxPendingEntities) return undefined;
    for (const entity of message.entities) pending.entities.push(entity);
    for (const ref of message.removed) pending.removed.push(ref);
    return pending;
  }

  private applySnapshot(snapshot: Pending, expected: bigint): ApplyOutcome {
    const held = new Map(snapshot.entities.map((entity) => [entityName(entity), entity]));
    const state = new Checksum();
    for (const entity of held.values()) state.toggle(entity);
    if (state.value !== expected) return { kind: 'checksum-mismatch', expected, actual: state.value };
    const before = this.held;
    this.held = held;
    if (before.size === 0) return this.commit(state, snapshot);
    const removed = [...before.values()].filter((entity) => !held.has(entityName(entity)));
    // What is published as it was keeps its compiled form.
    const entities = [...held.values()].filter((entity) => !isAsBefore(before.get(entityName(entity)), entity));
    return this.commit(state, { ...snapshot, entities, removed });
  }

  private applyDelta(delta: Pending, expected: bigint): ApplyOutcome {
    const state = new Checksum(this.state);
    // What is held is changed only once the checksum has come out; copying all of it for each delta would cost more than the rest.
    const changes = new Map<string, Entity | undefined>();
    const replace = (name: string, entity: Entity | undefined): void => {
      const before = changes.has(name) ? changes.get(name) : this.held.get(name);
      if (before !== undefined) state.toggle(before);
      if (entity !== undefined) state.toggle(entity);
      changes.set(name, entity);
    };
    for (const ref of delta.removed) replace(entityName(ref), undefined);
    for (const entity of delta.entities) replace(entityName(entity), entity);
    if (state.value !== expected) return { kind: 'checksum-mismatch', expected, actual: state.value };
    for (const [name, entity] of changes) {
      if (entity === undefined) this.held.delete(name);
      else this.held.set(name, entity);
    }
    return this.commit(state, delta);
  }

  private commit(state: Checksum, change: Pending): ApplyOutcome {
    const before = this.current ?? compileDefinitions([]);
    const isHeartbeat =
      this.current !== undefined && change.revision === this.at && change.entities.length + change.removed.length === 0;
    const after = isHeartbeat ? before : recompile(before, change);
    for (const entity of change.entities) {
      const name = entityName(entity);
      // One that comes twice in a change is held as it came last.
      if (this.held.get(name) === entity) this.held.set(name, compactEntity(entity, after));
    }
    this.state = state;
    this.current = after;
    this.at = change.revision;
    const changedFlags = isHeartbeat ? [] : affectedFlags(before, after, [...change.removed, ...change.entities]);
    return { kind: 'applied', revision: change.revision, changedFlags };
  }
}

function isAsBefore(before: Entity | undefined, entity: Entity): boolean {
  return before !== undefined && before.body === entity.body && BigInt(before.revision) === BigInt(entity.revision);
}

/** Makes an empty replica. */
export function createReplica(): Replica {
  return new DefinitionsReplica();
}
