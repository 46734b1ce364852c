import type { ItemTimes } from './item-time.ts';
import type { EventValueType } from './item.ts';

/** What one batch's items are checked against. */
export interface ItemRules {
  readonly times: ItemTimes;
  /** Undefined: no such event is defined. */
  readonly valueTypeOf: (eventKey: string) => EventValueType | undefined;
}
