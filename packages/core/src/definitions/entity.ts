export const entityKinds = ['flag', 'segment', 'list-shard', 'holdout', 'environment', 'event', 'event-settings'] as const;

/** The kinds of entity that are known here. Others are kept and passed on, not read. */
export type EntityKind = (typeof entityKinds)[number];

/** Names one entity of an environment. */
export interface EntityRef {
  readonly kind: string;
  readonly id: string;
}

/** A published definition: `body` is the JSON text as it was rendered once, never re-encoded. */
export interface Entity extends EntityRef {
  /** The environment's revision that published this body. */
  readonly revision: bigint | number;
  readonly body: string;
}
