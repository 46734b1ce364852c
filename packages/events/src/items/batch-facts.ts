import type { ItemRules } from './item-rules.ts';
import type { Sender } from './sender.ts';

/** What is known of a batch beside its items. */
export interface BatchFacts {
  readonly environmentId: string;
  /** Size of the whole body: what fits an item as a whole needs no measuring. */
  readonly unpackedBytes: number;
  readonly rules: ItemRules;
  readonly sdk: Sender;
}
