import type { WireForm } from './wire-form.ts';

/** Where the messages of one stream are written, whatever carries it. */
export interface StreamSink {
  readonly form: WireForm;
  readonly isOpen: () => boolean;
  /** Whether more may follow at once; if not, `onceDrained` tells when. */
  readonly write: (chunk: Buffer) => boolean;
  readonly onceDrained: (then: () => void) => void;
  /** Tells why it ends, in the words of its protocol, and closes it; one that doesn't read this is cut. */
  readonly end: (error: unknown) => void;
}
