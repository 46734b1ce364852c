import type { EncodedItems } from '../items/encoded-items.ts';

export type AppendOutcome =
  /** Safe: it will be counted once, whatever crashes. */
  | 'stored'
  /** No room in what may wait; nothing was taken. */
  | 'full'
  /** No room on the disk, or in what the system lets this process have of it; nothing was taken. */
  | 'disk-full'
  /** The disk or the event store failed; it may be stored or not, and sending it again counts once. */
  | 'failed';

/** Where accepted batches go before they are acknowledged. */
export interface ItemSink {
  readonly append: (items: EncodedItems) => Promise<AppendOutcome>;
}

/** What a spool or shipper has to say to operators. */
export interface EventLog {
  readonly info: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void;
  readonly error: (fields: Readonly<Record<string, unknown>>, message: string) => void;
}
