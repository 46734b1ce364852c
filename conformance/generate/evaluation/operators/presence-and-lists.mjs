// Operators that take a value of any type, or a whole list: they have tables of their own.
import { Fixture, truthFlag } from '../../fixture.mjs';
import { kebab } from './truth-table.mjs';

/** Presence and the operators of lists have tables of their own: [label, value, letter by operator]. */
export function presence() {
  const fixture = new Fixture('presence', 'exists and notExists, for every type of value');
  /** @type {readonly (readonly [label: string, value: unknown, exists: 'T' | 'F'])[]} */
  const cells = [
    ['a text', 'a', 'T'],
    ['an empty text', '', 'T'],
    ['a boolean', true, 'T'],
    ['false', false, 'T'],
    ['a number', 7, 'T'],
    ['zero', 0, 'T'],
    ['a list', ['a'], 'T'],
    ['an empty list', [], 'T'],
    ['a list of null', [null], 'T'],
    ['a date', '2026-01-02T00:00:00Z', 'T'],
    ['a version', '2.10.0', 'T'],
    ['an object', { deep: 1 }, 'T'],
    ['an empty object', {}, 'T'],
    ['null', null, 'F'],
    ['nothing', undefined, 'F'],
  ];
  for (const op of ['exists', 'notExists']) {
    const flag = kebab(op);
    fixture.flag(truthFlag(flag, { attribute: 'value', op, values: [] }));
    const letter = (exists) => (op === 'exists' ? exists : exists === 'T' ? 'F' : 'T');
    for (const [label, value, exists] of cells) {
      const context = { targetingKey: 'u-1', ...(value !== undefined && { value }) };
      fixture.truth(`${op}: ${label}`, { flag, context }, letter(exists));
    }
    const context = { targetingKey: 'u-1', value: 'secret', privateAttributes: ['value'] };
    fixture.truth(`${op}: a private value`, { flag, context }, letter('T'));
  }
  return fixture;
}

export function lists() {
  const fixture = new Fixture('list-operators', 'containsAny and containsAll, for every type of value');
  /** @type {readonly (readonly [label: string, value: unknown, any: 'T' | 'F', all: 'T' | 'F'])[]} */
  const cells = [
    // label, value, containsAny ['a', 'b', 7], containsAll of the same
    ['all of the values and more', ['x', 7, 'b', 'a'], 'T', 'T'],
    ['some of the values', ['x', 'b'], 'T', 'F'],
    ['a number of the values', [7], 'T', 'F'],
    ['none of the values', ['x', 'y'], 'F', 'F'],
    ['the number as text', ['7'], 'F', 'F'],
    ['a text in capitals', ['A'], 'F', 'F'],
    ['an empty list', [], 'F', 'F'],
    ['a list of lists', [['a', 'b', 7]], 'F', 'F'],
    ['a list with null and objects among the values', [null, { a: 1 }, 'a', 'b', 7], 'T', 'T'],
    ['a text', 'a', 'F', 'F'],
    ['a text that has the values', 'ab7', 'F', 'F'],
    ['a number', 7, 'F', 'F'],
    ['a boolean', true, 'F', 'F'],
    ['a date', '2026-01-02T00:00:00Z', 'F', 'F'],
    ['a version', '2.10.0', 'F', 'F'],
    ['an object', { 0: 'a', 1: 'b', 2: 7, length: 3 }, 'F', 'F'],
    ['null', null, 'F', 'F'],
    ['nothing', undefined, 'F', 'F'],
  ];
  for (const [op, column] of [
    ['containsAny', 2],
    ['containsAll', 3],
  ]) {
    const flag = kebab(op);
    fixture.flag(truthFlag(flag, { attribute: 'value', op, values: ['a', 'b', 7] }));
    for (const cell of cells) {
      const context = { targetingKey: 'u-1', ...(cell[1] !== undefined && { value: cell[1] }) };
      fixture.truth(`${op}: ${cell[0]}`, { flag, context }, cell[column]);
    }
    const context = { targetingKey: 'u-1', value: ['a', 'b', 7], privateAttributes: ['value'] };
    fixture.truth(`${op}: a private list`, { flag, context }, 'T');
    fixture.flag(truthFlag(`${flag}-folded`, { attribute: 'value', op, values: ['ΟΔΟΣ', 7], ignoreCase: true }));
    fixture.truth(`${op} ignoring case: the values`, { flag: `${flag}-folded`, context: { value: ['οδος', 7] } }, 'T');
    fixture.truth(`${op} ignoring case: other values`, { flag: `${flag}-folded`, context: { value: ['οδο', 8] } }, 'F');
  }
  return fixture;
}
