import { checkEvent } from './check-event.ts';
import { checkExposure } from './check-exposure.ts';
import { checkIdentify } from './check-identify.ts';
import { checkUsage } from './check-usage.ts';
import { invalid, isObject, type CheckedItem } from './checked-item.ts';
import type { ItemRules } from './item-rules.ts';

// Written by hand, since it runs for every item of every batch: a schema library takes three to five times as long.

/** Checks one item of a batch, whatever it is. Never throws. */
export function checkItem(input: unknown, rules: ItemRules): CheckedItem {
  if (!isObject(input)) return invalid('An item is an object.');
  if (rules.only !== undefined && input['type'] !== rules.only) return invalid(`type must be "${rules.only}" here.`);
  switch (input['type']) {
    case 'event':
      return checkEvent(input, rules);
    case 'exposure':
      return checkExposure(input, rules);
    case 'identify':
      return checkIdentify(input, rules);
    case 'usage':
      return checkUsage(input, rules);
    default:
      return invalid('type must be "event", "exposure", "identify" or "usage".');
  }
}
