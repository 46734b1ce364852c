import type { EventValueType } from '@stitchd/core';
import type { JsonObject } from './checked-item.ts';
import type { ItemTimes } from './item-time.ts';

/** What one batch's items are checked against. */
export interface ItemRules {
  readonly times: ItemTimes;
  /** The one type that is taken here; absent: all are. */
  readonly only?: 'exposure';
  /** Undefined: no such event is defined. */
  readonly eventRuleOf: (eventKey: string) => EventRule | undefined;
  /** Undefined events that may be kept aside of this batch; the others are refused. */
  readonly quarantinePlaces?: number;
}

/** What an event has to be like, by its definition. */
export interface EventRule {
  readonly valueType: EventValueType;
  readonly archived: boolean;
  /** Context kinds that it needs. */
  readonly requiredContexts: readonly string[];
  /** What is wrong with an event's properties, as a sentence; undefined: nothing. Absent where any will do. */
  readonly propertiesProblem?: (properties: JsonObject) => string | undefined;
}
