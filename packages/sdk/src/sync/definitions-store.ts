import {
  type CompiledDefinitions,
  createReplica,
  type DefinitionsDocument,
  readDefinitionsDocument,
  type ReplicaMessage,
  writeDefinitionsDocument,
} from '@stitchd/core';
import type { SdkLogger } from '../sdk-logger.ts';
import { createListeners } from './listeners.ts';
import { createProblemTeller } from './tell-problems.ts';
import type { TransportKind } from './transport.ts';

/** Where the definitions that are in use came from. */
export type DefinitionsSource = TransportKind | 'disk' | 'bootstrap';

/** The definitions in use, whoever brought them. */
export interface DefinitionsStore {
  /** Undefined until the first state has arrived. */
  readonly compiled: () => CompiledDefinitions | undefined;
  readonly revision: () => bigint;
  readonly checksum: () => bigint;
  readonly environmentId: () => string | undefined;
  readonly source: () => DefinitionsSource | undefined;
  /** When they were loaded, or confirmed by a server last, in epoch milliseconds. */
  readonly lastUpdateMs: () => number | undefined;
  /** Takes in a message from a server. Answers what does not fit, in a word, and then has changed nothing. */
  readonly take: (message: ReplicaMessage, source: TransportKind) => TakeOutcome;
  /** A server said that nothing has changed. */
  readonly confirm: (source: TransportKind) => void;
  readonly nameEnvironment: (environmentId: string) => void;
  /**
   * Takes in a whole document, from disk or a bootstrap, unless what is here is of another environment or not older; answers
   * why it could not.
   */
  readonly load: (input: unknown, source: 'disk' | 'bootstrap') => string | undefined;
  /** Undefined until there are definitions of a known environment. */
  readonly document: () => DefinitionsDocument | undefined;
  readonly onChange: (listener: (changedFlags: readonly string[]) => void) => () => void;
}

export type TakeOutcome =
  | { readonly kind: 'applied' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'unfit'; readonly why: string };

export function createDefinitionsStore(options: { readonly logger: SdkLogger; readonly nowMs: () => number }): DefinitionsStore {
  const replica = createReplica();
  const listeners = createListeners<readonly string[]>(options.logger);
  const tellProblems = createProblemTeller(options.logger);
  let environmentId: string | undefined;
  let source: DefinitionsSource | undefined;
  let lastUpdateMs: number | undefined;

  const confirm = (from: DefinitionsSource): void => {
    source = from;
    lastUpdateMs = options.nowMs();
  };
  const isHere = (message: ReplicaMessage): boolean =>
    replica.compiled !== undefined &&
    message.last &&
    BigInt(message.revision) === replica.revision &&
    message.checksum === replica.checksum;
  const apply = (message: ReplicaMessage, from: DefinitionsSource): TakeOutcome => {
    // A heartbeat, a delta that is repeated, a document that was polled again: what it leads to is here.
    if (isHere(message)) {
      confirm(from);
      return { kind: 'applied' };
    }
    const outcome = replica.apply(message);
    if (outcome.kind === 'pending') return outcome;
    if (outcome.kind !== 'applied') return { kind: 'unfit', why: outcome.kind };
    confirm(from);
    tellProblems(replica.compiled);
    listeners.tell(outcome.changedFlags);
    return { kind: 'applied' };
  };

  return {
    compiled: () => replica.compiled,
    revision: () => replica.revision,
    checksum: () => replica.checksum,
    environmentId: () => environmentId,
    source: () => source,
    lastUpdateMs: () => lastUpdateMs,
    take: apply,
    confirm,
    nameEnvironment(id) {
      if (environmentId !== undefined && environmentId !== id)
        options.logger.warn(`the key is of environment ${id}; the definitions from ${source} were of another one`);
      environmentId = id;
    },
    load(input, from) {
      const read = readDefinitionsDocument(input);
      if (read.kind === 'unusable') return read.why;
      if (replica.compiled !== undefined) {
        if (environmentId !== read.environmentId) return `it is of environment ${read.environmentId}, not ${environmentId}`;
        if (BigInt(read.message.revision) <= replica.revision) return undefined;
      }
      const outcome = apply(read.message, from);
      if (outcome.kind === 'unfit') return outcome.why;
      environmentId = read.environmentId;
      return undefined;
    },
    document: () =>
      environmentId === undefined || replica.compiled === undefined
        ? undefined
        : writeDefinitionsDocument(replica, environmentId),
    onChange: listeners.add,
  };
}
