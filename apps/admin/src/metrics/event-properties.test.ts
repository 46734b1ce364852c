import { expect, test } from 'vitest';
import { eventProperties } from './event-properties.ts';
import { valueOf } from './filter-rows.ts';

test('Properties are suggested by name, numbers where a number is needed, and values as they are typed', () => {
  const { names, numbers, values } = eventProperties([
    { property: 'plan', types: ['string'], values: ['pro', '42', 'true'], isDefined: true },
    { property: 'cart.total', types: ['number'], values: [], isDefined: false },
    { property: 'paid', types: ['boolean'], values: [true], isDefined: false },
  ]);
  expect(names).toEqual(['plan', 'cart.total', 'paid']);
  expect(numbers).toEqual(['cart.total']);
  // A text that looks like a number or a truth value goes on being a text.
  expect(values('plan')).toEqual(['pro', '"42"', '"true"']);
  expect(values('plan').map(valueOf)).toEqual(['pro', '42', 'true']);
  expect(values('paid').map(valueOf)).toEqual([true]);
  expect(values('unheard')).toEqual([]);
});
