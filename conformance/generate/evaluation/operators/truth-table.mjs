// The truth table: every operator, its not-form, and every type of value. Each row is written by hand as how a single value
// stands to the operands; what follows for lists, missing values, objects and the not-form is derived by the rules of
// docs/guide/evaluation.md, stated once in `cellsOf`.
import { Fixture, truthFlag } from '../../fixture.mjs';

/**
 * How a single value stands to the operands: M matches, N does not, W is of the wrong type.
 *
 * @typedef {readonly [label: string, value: unknown, stands: 'M' | 'N' | 'W']} Sample
 */

/** The cells of an operator that takes a single value: [label, value, form, not-form]. */
function cellsOf(samples) {
  const first = (stands) => samples.find((sample) => sample[2] === stands)?.[1];
  const [match, noMatch, wrong] = [first('M'), first('N'), first('W')];
  // A single value: the not-form is the opposite, except that a wrong type makes both false.
  const single = samples.map(([label, value, stands]) => [label, value, stands === 'M' ? 'T' : 'F', stands === 'N' ? 'T' : 'F']);
  return [
    ...single,
    // A list: the form holds if any element satisfies it, the not-form if none does.
    ['a list with a match', [noMatch, match], 'T', 'F'],
    ['a list without a match', [noMatch, noMatch], 'F', 'T'],
    ['an empty list', [], 'F', 'T'],
    ['a list of the wrong type', [wrong], 'F', 'T'],
    ['a list of the wrong type and a match', [wrong, match], 'T', 'F'],
    ['an object', { deep: match }, 'F', 'F'],
    ['null', null, 'F', 'F'],
    ['nothing', undefined, 'F', 'F'],
  ];
}

/** An operator's name as a flag's key may be written. */
export const kebab = (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Adds a group: one flag for the operator, one for its not-form, and a case for every cell of both. */
function addGroup(fixture, { op, notOp, values, ignoreCase, of, samples }) {
  const cells = cellsOf(samples);
  const privateMatch = samples.find((sample) => sample[2] === 'M')?.[1];
  for (const [form, column] of notOp === undefined
    ? [[op, 2]]
    : [
        [op, 2],
        [notOp, 3],
      ]) {
    const flag = `${kebab(form)}-${of}`;
    const condition = { attribute: 'value', op: form, values, ...(ignoreCase && { ignoreCase }) };
    fixture.flag(truthFlag(flag, condition));
    for (const cell of cells) {
      const context = { targetingKey: 'u-1', ...(cell[1] !== undefined && { value: cell[1] }) };
      fixture.truth(`${form} ${JSON.stringify(values)}: ${cell[0]}`, { flag, context }, cell[column]);
    }
    const context = { targetingKey: 'u-1', value: privateMatch, privateAttributes: ['value'] };
    fixture.truth(`${form} ${JSON.stringify(values)}: a private match`, { flag, context }, column === 2 ? 'T' : 'F');
  }
}

/** A fixture of groups of an operator, its not-form, operands and samples. */
export function fixtureOf(name, title, groups) {
  const fixture = new Fixture(name, title);
  for (const group of groups) addGroup(fixture, group);
  return fixture;
}

/** The types of which no text is. */
export const noText = [
  ['a boolean', true, 'W'],
  ['a number', 7, 'W'],
];
