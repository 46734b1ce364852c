import fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemLimits } from './item-limits.ts';
import { rowsOf } from './encoded-items.ts';
import { arrivalMs, encode, exposed, newItemId, purchase, rowsIn, type BatchOptions } from './items.test-support.ts';

const codeOf = (item: unknown, options?: BatchOptions) => encode([item], options).rejected[0]?.code ?? 'taken';
const minute = 60_000;
const window = itemLimits.windowDays * itemLimits.dayMs;

test('One wrong item does not touch the others, and is named by its place and id', () => {
  const wrong = purchase({ value: 'ten' });
  const { items, ids, rejected } = encode([purchase(), wrong, exposed()]);
  expect(rowsIn(items, 'event')).toBe(1);
  expect(rowsIn(items, 'exposure')).toBe(1);
  expect(ids).toHaveLength(2);
  expect(rejected).toEqual([
    { index: 1, id: wrong.id, code: 'VALUE_WRONG_TYPE', message: 'The event "purchase" needs a number as its value.' },
  ]);
});

test.for<[string, unknown, string]>([
  ['an event that was never defined', purchase({ key: 'refund' }), 'EVENT_UNDEFINED'],
  ['a value that is text', purchase({ value: '1' }), 'VALUE_WRONG_TYPE'],
  ['a value that is missing', purchase({ value: undefined }), 'VALUE_WRONG_TYPE'],
  ['a value beyond what a double holds', purchase({ value: JSON.parse('1e999') }), 'VALUE_WRONG_TYPE'],
  ['a value on an event without one', purchase({ key: 'signup' }), 'VALUE_WRONG_TYPE'],
  ['no value on an event without one', purchase({ key: 'signup', value: undefined }), 'taken'],
  ['a negative value', purchase({ value: -0.5 }), 'taken'],
  ['a whole number', purchase({ key: 'rating', value: -3 }), 'taken'],
  ['a fraction where a whole number is due', purchase({ key: 'rating', value: 3.5 }), 'VALUE_WRONG_TYPE'],
  ['the largest whole number that is safe', purchase({ key: 'rating', value: Number.MAX_SAFE_INTEGER }), 'taken'],
  ['one that is not', purchase({ key: 'rating', value: Number.MAX_SAFE_INTEGER + 1 }), 'VALUE_WRONG_TYPE'],
  ['true', purchase({ key: 'consent', value: true }), 'taken'],
  ['1 for true', purchase({ key: 'consent', value: 1 }), 'taken'],
  ['2 for true', purchase({ key: 'consent', value: 2 }), 'VALUE_WRONG_TYPE'],
  ['null for false', purchase({ key: 'consent', value: null }), 'VALUE_WRONG_TYPE'],
  ['an archived event', purchase({ key: 'retired', value: undefined }), 'EVENT_ARCHIVED'],
  ['the context kinds that it needs', purchase({ key: 'invited', value: undefined, context: { org: 'o', user: 'u' } }), 'taken'],
  ['one of them only', purchase({ key: 'invited', value: undefined }), 'CONTEXT_KIND_MISSING'],
  ['properties that fit', purchase({ key: 'named', value: undefined, properties: { name: 'Ada' } }), 'taken'],
  ['properties that do not', purchase({ key: 'named', value: undefined, properties: {} }), 'PROPERTIES_INVALID'],
  ['no properties where some are due', purchase({ key: 'named', value: undefined }), 'PROPERTIES_INVALID'],
  ['no object', 'purchase', 'ITEM_INVALID'],
  ['null', null, 'ITEM_INVALID'],
  ['a list', [], 'ITEM_INVALID'],
  ['an unknown type', purchase({ type: 'page' }), 'ITEM_INVALID'],
  ['an unknown field', purchase({ colour: 'red' }), 'ITEM_INVALID'],
  ['a field of the other type', purchase({ variant: 'on' }), 'ITEM_INVALID'],
  ['a field named __proto__', JSON.parse(`${JSON.stringify(purchase()).slice(0, -1)},"__proto__":{}}`), 'ITEM_INVALID'],
  ['an id that is no UUID', purchase({ id: 'x' }), 'ITEM_INVALID'],
  ['an id of version 4', purchase({ id: '919108f7-52d1-4320-9bac-f847db4148a8' }), 'ITEM_INVALID'],
  ['a time with a fraction', purchase({ at: arrivalMs + 0.5 }), 'ITEM_INVALID'],
  ['a time that is text', purchase({ at: '2026-05-10' }), 'ITEM_INVALID'],
  ['no context', purchase({ context: undefined }), 'ITEM_INVALID'],
  ['an empty context', purchase({ context: {} }), 'ITEM_INVALID'],
  ['a unit that is a number', purchase({ context: { user: 7 } }), 'ITEM_INVALID'],
  ['an empty unit', purchase({ context: { user: '' } }), 'ITEM_INVALID'],
  ['a unit of 256 characters', purchase({ context: { user: 'u'.repeat(256) } }), 'taken'],
  ['a unit of 257 characters', purchase({ context: { user: 'u'.repeat(257) } }), 'ITEM_INVALID'],
  ['16 kinds', purchase({ context: Object.fromEntries([...Array(16).keys()].map((n) => [`k${n}`, 'x'])) }), 'taken'],
  ['17 kinds', purchase({ context: Object.fromEntries([...Array(17).keys()].map((n) => [`k${n}`, 'x'])) }), 'ITEM_INVALID'],
  ['properties that are a list', purchase({ properties: [] }), 'ITEM_INVALID'],
  ['properties 10 deep', purchase({ properties: nested(10) }), 'taken'],
  ['properties 11 deep', purchase({ properties: nested(11) }), 'ITEM_INVALID'],
  ['two properties 10 deep', purchase({ properties: { a: nested(9), b: nested(9) } }), 'taken'],
  ['500 properties', purchase({ properties: numbered(500) }), 'taken'],
  ['501 properties', purchase({ properties: numbered(501) }), 'ITEM_INVALID'],
  ['500 properties on two levels', purchase({ properties: { a: numbered(200), b: Array(298).fill(0) } }), 'taken'],
  ['501 properties on two levels', purchase({ properties: { a: numbered(200), b: Array(299).fill(0) } }), 'ITEM_INVALID'],
  ['a name of a property of 100 characters', purchase({ properties: { a: { ['n'.repeat(100)]: 1 } } }), 'taken'],
  ['a name of a property of 101 characters', purchase({ properties: { a: { ['n'.repeat(101)]: 1 } } }), 'ITEM_INVALID'],
  ['501 properties of an undefined event', purchase({ key: 'refund', properties: numbered(501) }), 'ITEM_INVALID'],
  ['an exposure without a variant', exposed({ variant: undefined }), 'ITEM_INVALID'],
  ['an exposure of no flag', exposed({ flag: 'Not A Key' }), 'ITEM_INVALID'],
  ['an exposure covered by a text', exposed({ coveredBy: 'h' }), 'ITEM_INVALID'],
  ['an exposure covered twice by the same', exposed({ coveredBy: ['h', 'h'] }), 'ITEM_INVALID'],
  ['an exposure covered by nothing with a name', exposed({ coveredBy: [''] }), 'ITEM_INVALID'],
  [
    'an exposure covered by eleven',
    exposed({ coveredBy: Array.from({ length: 11 }, (_, index) => `h${index}`) }),
    'ITEM_INVALID',
  ],
  ['a delivered exposure', exposed({ delivered: true }), 'taken'],
  ['an exposure delivered by a text', exposed({ delivered: 'true' }), 'ITEM_INVALID'],
  ['an iteration that is no UUID', exposed({ iterationId: 'first' }), 'ITEM_INVALID'],
  ['a variant of 100 characters', exposed({ variant: 'v'.repeat(100) }), 'taken'],
  ['a variant of 101 characters', exposed({ variant: 'v'.repeat(101) }), 'ITEM_INVALID'],
  ['two keys that belong together', identified({ user: 'u', device: 'd' }), 'taken'],
  ['a key that belongs to nothing', identified({ user: 'u' }), 'ITEM_INVALID'],
  ['keys that belong together with a value', { ...identified({ user: 'u', device: 'd' }), value: 1 }, 'ITEM_INVALID'],
  ['20 attributes', exposed({ attributes: attributes(20, 100, 256) }), 'taken'],
  ['21 attributes', exposed({ attributes: attributes(21, 1, 1) }), 'ITEM_INVALID'],
  ['a name of an attribute of 101 characters', exposed({ attributes: attributes(1, 101, 1) }), 'ITEM_INVALID'],
  ['an attribute of 257 characters', exposed({ attributes: attributes(1, 1, 257) }), 'ITEM_INVALID'],
  ['an attribute that is a number', exposed({ attributes: { age: 7 } }), 'ITEM_INVALID'],
])('%s', ([, item, expected]) => {
  expect(codeOf(item)).toBe(expected);
});

function identified(context: object): object {
  return { type: 'identify', id: newItemId(arrivalMs), at: arrivalMs, context };
}

function attributes(count: number, nameCharacters: number, characters: number): unknown {
  const names = Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index).repeat(nameCharacters));
  return Object.fromEntries(names.map((name) => [name, 'x'.repeat(characters)]));
}

test('Undefined events are kept aside while there are places, whatever their value, and refused after that', () => {
  const items = [{ value: 1.5 }, { value: true }, { value: undefined }, { value: 'text' }, { value: 2 }].map((more) =>
    purchase({ key: 'refund', ...more }),
  );
  const { items: encoded, ids, quarantined, rejected } = encode([purchase(), ...items], { quarantinePlaces: 3 });
  expect(rowsIn(encoded, 'quarantined_event')).toBe(3);
  expect(rowsIn(encoded, 'event')).toBe(1);
  expect(ids).toHaveLength(4);
  expect(quarantined).toEqual([1, 2, 3].map((index) => ({ index, id: ids[index], eventKey: 'refund' })));
  expect(rejected.map(({ index, code }) => [index, code])).toEqual([
    [4, 'EVENT_UNDEFINED'],
    [5, 'EVENT_UNDEFINED'],
  ]);
  expect(encode([items[3]], { quarantinePlaces: 1 }).rejected).toMatchObject([{ code: 'VALUE_WRONG_TYPE' }]);
});

function numbered(count: number): unknown {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]));
}

function nested(levels: number): unknown {
  return levels === 1 ? {} : { in: nested(levels - 1) };
}

test('Where exposures alone are taken, other items are rejected by themselves', () => {
  const { items, rejected } = encode([exposed(), purchase(), exposed()], { only: 'exposure' });
  expect(rowsIn(items, 'exposure')).toBe(2);
  expect(rejected).toMatchObject([{ index: 1, code: 'ITEM_INVALID', message: 'type must be "exposure" here.' }]);
});

test('An item of exactly 7 days is taken and one a millisecond older is not', () => {
  expect(codeOf(purchase({}, arrivalMs - window))).toBe('taken');
  expect(codeOf(purchase({}, arrivalMs - window - 1))).toBe('ITEM_TOO_OLD');
});

test('An item five minutes ahead is taken and one a millisecond further is not', () => {
  expect(codeOf(purchase({}, arrivalMs + 5 * minute))).toBe('taken');
  expect(codeOf(purchase({}, arrivalMs + 5 * minute + 1))).toBe('ITEM_IN_FUTURE');
});

test('The time in the id counts like the own time, so that no old id can come back', () => {
  expect(codeOf(purchase({ id: newItemId(arrivalMs - window - 1) }))).toBe('ITEM_TOO_OLD');
  expect(codeOf(purchase({ id: newItemId(arrivalMs + 6 * minute) }))).toBe('ITEM_IN_FUTURE');
});

test('A time that the store can not hold lies in the future, whatever the sender says of its clock', () => {
  const { latestMs } = itemLimits;
  expect(codeOf(purchase({}, latestMs), { sentAtMs: latestMs })).toBe('taken');
  expect(codeOf(purchase({}, latestMs + 1), { sentAtMs: latestMs })).toBe('ITEM_IN_FUTURE');
});

test('A key with the right to send past items goes further back, and not beyond', () => {
  const days = (count: number) => purchase({}, arrivalMs - count * itemLimits.dayMs);
  expect(codeOf(days(60), { backfillDays: 60 })).toBe('taken');
  expect(codeOf(days(61), { backfillDays: 60 })).toBe('ITEM_TOO_OLD');
  expect(codeOf(days(7), { backfillDays: 1 })).toBe('taken');
});

test('A sender whose clock is more than five minutes off is corrected, one within five minutes is not', () => {
  const hour = 60 * minute;
  const ahead = purchase({}, arrivalMs + hour);
  expect(codeOf(ahead, { sentAtMs: arrivalMs + hour })).toBe('taken');
  expect(codeOf(ahead, { sentAtMs: arrivalMs })).toBe('ITEM_IN_FUTURE');
  const behind = purchase({}, arrivalMs - window - hour);
  expect(codeOf(behind, { sentAtMs: arrivalMs - hour })).toBe('taken');
  expect(codeOf(purchase({}, arrivalMs - window - minute), { sentAtMs: arrivalMs - 5 * minute })).toBe('ITEM_TOO_OLD');
});

test('An item of exactly 32 KiB is taken and one a byte larger is not', () => {
  const sized = (bytes: number, fill: string) => {
    const item = purchase({ properties: { text: '' } });
    const missing = bytes - Buffer.byteLength(JSON.stringify(item));
    const unit = Buffer.byteLength(JSON.stringify(fill)) - 2;
    const rest = 'x'.repeat(missing % unit);
    return { ...item, properties: { text: fill.repeat(Math.floor(missing / unit)) + rest } };
  };
  // Plain text, text that shrinks when it is stored, and text of several bytes a character.
  for (const fill of ['x', '\u0001', 'ä', '😀']) {
    expect(Buffer.byteLength(JSON.stringify(sized(itemLimits.itemBytes, fill)))).toBe(itemLimits.itemBytes);
    expect(codeOf(sized(itemLimits.itemBytes, fill))).toBe('taken');
    expect(codeOf(sized(itemLimits.itemBytes + 1, fill))).toBe('ITEM_TOO_LARGE');
  }
  // Units shrink as well: 16 keys of control characters.
  const context = Object.fromEntries([...Array(16).keys()].map((n) => [`${n}${'\u0001'.repeat(98)}`, '\u0001'.repeat(256)]));
  expect(Buffer.byteLength(JSON.stringify(purchase({ context })))).toBeGreaterThan(itemLimits.itemBytes);
  expect(codeOf(purchase({ context }))).toBe('ITEM_TOO_LARGE');
});

test('Whatever JSON an item is, it is taken or rejected, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 20 }), (inputs) => {
      const { ids, rejected, items } = encode(inputs);
      expect(ids.length + rejected.length).toBe(inputs.length);
      expect(rowsOf(items)).toBe(ids.length);
    }),
  );
});

test('An item with one field replaced by any JSON is taken or rejected, and nothing is thrown', () => {
  const fields = ['type', 'id', 'at', 'key', 'value', 'context', 'properties', 'flag', 'variant', 'iterationId'];
  fc.assert(
    fc.property(fc.constantFrom(purchase(), exposed()), fc.constantFrom(...fields), fc.jsonValue(), (item, field, value) => {
      const { ids, rejected } = encode([{ ...item, [field]: value }]);
      expect(ids.length + rejected.length).toBe(1);
    }),
  );
});
