import type { FlagUse, SeenAttribute } from '@stitchd/core';

/** An item that has been checked: what may be stored. Texts that were left out are empty. */
export type Item = EventItem | QuarantinedEventItem | ExposureItem | IdentifyItem | UsageItem;

/** What all items have. */
export interface ItemIdentity {
  /** UUIDv7. */
  readonly id: string;
  /** By the sender's clock. */
  readonly atMs: number;
}

/** What events and exposures share. */
export interface ItemHead extends ItemIdentity {
  /** By context kind: its key. */
  readonly context: Readonly<Record<string, string>>;
  /** The names in `context`. */
  readonly kinds: readonly string[];
}

export interface EventItem {
  readonly type: 'event';
  readonly head: ItemHead;
  readonly key: string;
  /** 0 for an event without a value. */
  readonly value: number;
  /** JSON, or empty. */
  readonly properties: string;
}

/** An event that is not defined: kept aside as it was sent. */
export interface QuarantinedEventItem extends Omit<EventItem, 'type'> {
  readonly type: 'quarantined-event';
  readonly valueKind: 'none' | 'boolean' | 'number';
}

export interface ExposureItem {
  readonly type: 'exposure';
  readonly head: ItemHead;
  readonly flag: string;
  readonly variant: string;
  readonly rule: string;
  readonly split: string;
  readonly iterationId: string;
  readonly holdout: string;
  /** Holdouts that cover the place, in the order in which they were asked. */
  readonly coveredBy: readonly string[];
  /** Of the context, those that the environment records: name and value as text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** By a delivery of all values, whether or not the application read this one. */
  readonly delivered: boolean;
}

/** A statement that the keys of a context belong to one another, such as a device to a user. */
export interface IdentifyItem {
  readonly type: 'identify';
  readonly head: ItemHead;
}

/** A summary of what an SDK evaluated; see `UsageItem` of @stitchd/core. */
export interface UsageItem {
  readonly type: 'usage';
  readonly head: ItemIdentity;
  /** The period, by our clock. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly flags: readonly FlagUse[];
  readonly uncounted: number;
  readonly contexts: readonly SeenAttribute[];
}

/** Why one item was not taken; the others of its batch are not touched by it. */
export interface Rejection {
  readonly code: RejectionCode;
  readonly message: string;
}

export const rejectionCodes = [
  'EVENT_UNDEFINED',
  'EVENT_ARCHIVED',
  'VALUE_WRONG_TYPE',
  'PROPERTIES_INVALID',
  'CONTEXT_KIND_MISSING',
  'ITEM_TOO_OLD',
  'ITEM_IN_FUTURE',
  'ITEM_INVALID',
  'ITEM_TOO_LARGE',
] as const;

export type RejectionCode = (typeof rejectionCodes)[number];
