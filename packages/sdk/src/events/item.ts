import type { UsageItem } from '@stitchd/core';

/** An event or an exposure, ready to be sent; the same bytes at each attempt, so that the server counts it once. */
export interface QueuedItem {
  readonly json: string;
  readonly bytes: number;
  /** A summary: what it lacks is a figure of the usage view, and no result. */
  readonly isUsage: boolean;
}

/** The context kinds of a subject and their keys, such as `{ user: 'u-42', device: 'd-1' }`. */
export type Units = Readonly<Record<string, string>>;

export interface EventItem {
  readonly type: 'event';
  readonly id: string;
  readonly at: number;
  readonly key: string;
  readonly value?: number | boolean;
  readonly context: Units;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface ExposureItem {
  readonly type: 'exposure';
  readonly id: string;
  readonly at: number;
  readonly flag: string;
  readonly variant: string;
  readonly rule?: string;
  readonly split?: string;
  readonly iterationId?: string;
  readonly holdout?: string;
  readonly coveredBy?: readonly string[];
  readonly context: Units;
  /** Those that the environment asks for, as text; never private ones. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** It was a delivery of all values; whether the application read this one is not known. */
  readonly delivered?: true;
}

/** A statement that the keys of a context belong to one another. */
export interface IdentifyItem {
  readonly type: 'identify';
  readonly id: string;
  readonly at: number;
  readonly context: Units;
}

/** Whatever is sent to the server. */
export type SentItem = EventItem | ExposureItem | IdentifyItem | UsageItem;
