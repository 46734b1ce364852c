import {
  checksumOf,
  createReplica,
  readDefinitionsDocument,
  type Entity,
  type EntityRef,
  type FlagDefinition,
  type JsonValue,
  type Replica,
  type SegmentDefinition,
} from '@stitchd/core';
import type { DefinitionsSync } from '../sync/definitions-sync.ts';

/** Definitions that a test writes, behind the same interface as those that a server sends. */
export interface TestDefinitions extends DefinitionsSync {
  readonly setFlag: (definition: FlagDefinition) => void;
  readonly setSegment: (definition: SegmentDefinition) => void;
  readonly removeFlag: (flagKey: string) => void;
}

/** @throws TypeError for a document that can't be used: a mistake in the test */
export function createTestDefinitions(
  document: unknown,
  first: { readonly flags: readonly FlagDefinition[]; readonly segments: readonly SegmentDefinition[] },
): TestDefinitions {
  const replica = createReplica();
  const listeners = new Set<(changedFlags: readonly string[]) => void>();
  let closed = false;

  const change = (entities: readonly Entity[], removed: readonly EntityRef[]): void => {
    const replaced = new Set([...entities, ...removed].map(nameOf));
    const after = [...[...replica.entities()].filter((entity) => !replaced.has(nameOf(entity))), ...entities];
    const fromRevision = replica.revision;
    const message = { revision: fromRevision + 1n, fromRevision, last: true, checksum: checksumOf(after), entities, removed };
    const outcome = replica.apply(message);
    if (outcome.kind === 'applied') for (const listener of listeners) listener(outcome.changedFlags);
  };
  const environmentId = document === undefined ? undefined : loadInto(replica, document);
  const at = replica.revision;
  change(
    [
      ...first.segments.map((definition) => entityOf('segment', definition, at)),
      ...first.flags.map((definition) => entityOf('flag', definition, at)),
    ],
    [],
  );

  return {
    setFlag: (definition) => change([entityOf('flag', definition, replica.revision)], []),
    setSegment: (definition) => change([entityOf('segment', definition, replica.revision)], []),
    removeFlag: (flagKey) => change([], [{ kind: 'flag', id: idOf(replica.entities(), flagKey) }]),
    compiled: () => replica.compiled,
    status: () => ({
      ready: true,
      stale: false,
      connection: closed ? 'closed' : 'connected',
      source: 'bootstrap',
      revision: Number(replica.revision),
      environmentId,
      lastUpdateMs: undefined,
      lastError: undefined,
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    // Closing it is the only change of status, and whoever does that knows.
    onStatus: () => () => undefined,
    waitUntilReady: () => Promise.resolve(true),
    waitUntilFresh: () => Promise.resolve(),
    close() {
      closed = true;
    },
  };
}

/** Answers the environment that the document is of. */
function loadInto(replica: Replica, document: unknown): string {
  const read = readDefinitionsDocument(document);
  const why = read.kind === 'unusable' ? read.why : replica.apply(read.message).kind;
  if (read.kind === 'unusable' || why !== 'applied') throw new TypeError(`the definitions document can not be used: ${why}`);
  return read.environmentId;
}

function nameOf({ kind, id }: EntityRef): string {
  return JSON.stringify([kind, id]);
}

function entityOf(kind: string, definition: { readonly key: string }, at: bigint): Entity {
  return { kind, id: definition.key, revision: at + 1n, body: JSON.stringify(definition) };
}

/** In a document, entities have ids that are not their keys. */
function idOf(entities: Iterable<Entity>, flagKey: string): string {
  for (const { kind, id, body } of entities)
    if (kind === 'flag' && (JSON.parse(body) as { readonly key?: unknown }).key === flagKey) return id;
  return flagKey;
}

/** A flag that answers one value to everybody. */
export function flagWithValue(key: string, value: JsonValue): FlagDefinition {
  const variants =
    typeof value === 'boolean'
      ? [
          { key: 'on', value: true },
          { key: 'off', value: false },
        ]
      : [{ key: 'value', value }];
  return {
    key,
    type: typeOf(value),
    archived: false,
    clientVisible: true,
    variants,
    enabled: true,
    offVariant: null,
    prerequisites: [],
    targets: [],
    rules: [],
    defaultServe: { variant: typeof value === 'boolean' ? (value ? 'on' : 'off') : 'value' },
  };
}

function typeOf(value: JsonValue): FlagDefinition['type'] {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'double';
  return 'json';
}
