import type { EventValueType } from '@stitchd/core';
import type { ItemTimes } from './item-time.ts';

/** What one batch's items are checked against. */
export interface ItemRules {
  readonly times: ItemTimes;
  /** The one type that is taken here; absent: all are. */
  readonly only?: 'exposure';
  /** Undefined: no such event is defined. */
  readonly valueTypeOf: (eventKey: string) => EventValueType | undefined;
}
