import type { JsonValue } from '@stitchd/core';
import { expect, test } from 'vitest';
import { maxShapeDepth, maxShapeProperties, shapeOf, textLiteral } from './json-shape.ts';
import { maxLiteralLength, writeFlagTypes } from './write-flag-types.ts';

const boolean = {
  key: 'new-checkout',
  type: 'boolean',
  description: 'New checkout:\n the one with */ in it',
  variants: [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ],
} as const;
const text = (values: readonly string[]) =>
  ({
    key: 'colour',
    type: 'string',
    description: '',
    variants: values.map((value, index) => ({ key: `v${index}`, value })),
  }) as const;

test('A file tells keys, types, variants and values, in one order, whatever order they came in', () => {
  const flags = [text(['#f00', "it's"]), boolean];
  const written = writeFlagTypes(flags, { of: 'project shop', augment: true });
  expect(written).toBe(`// Written by \`stitchd types\`. Do not edit: run it again.
import '@stitchd/sdk';

/** The flags of project shop. */
export interface Flags {
  readonly 'colour': {
    readonly type: 'string';
    readonly variant: 'v0' | 'v1';
    readonly value: '#f00' | 'it\\'s';
  };
  /** New checkout: the one with * / in it */
  readonly 'new-checkout': {
    readonly type: 'boolean';
    readonly variant: 'off' | 'on';
    readonly value: boolean;
  };
}

declare module '@stitchd/sdk' {
  interface StitchdFlags extends Flags {}
}
`);
  expect(writeFlagTypes(flags.toReversed(), { of: 'project shop', augment: true })).toBe(written);
  expect(writeFlagTypes([], { of: 'x', augment: false })).toContain('export interface Flags {}\n');
});

test('Text that is too long for a literal makes the flag one of any text', () => {
  expect(writeFlagTypes([text(['x'.repeat(maxLiteralLength)])], { of: '', augment: false })).toContain("value: 'xxx");
  expect(writeFlagTypes([text(['x'.repeat(maxLiteralLength + 1)])], { of: '', augment: false })).toContain('value: string;');
});

test('The shape of JSON values holds what any of them has', () => {
  expect(shapeOf([{ max: 10, name: 'a' }, { max: 20 }])).toBe('{ readonly max: number; readonly name?: string }');
  expect(shapeOf([[1, 'a'], []])).toBe('readonly (number | string)[]');
  expect(shapeOf([[{ a: 1 }, { b: null }]])).toBe('readonly ({ readonly a?: number; readonly b?: null })[]');
  expect(shapeOf([true, 3, 'x', null])).toBe('boolean | null | number | string');
  expect(shapeOf([{}])).toBe('{ readonly [name: string]: never }');
  expect(shapeOf([[]])).toBe('readonly (unknown)[]');
  expect(shapeOf([{ 'a-b': 1, $c: 2 }])).toBe("{ readonly $c: number; readonly 'a-b': number }");
  expect(shapeOf([JSON.parse('{ "__proto__": 1 }') as JsonValue])).toBe('{ readonly __proto__: number }');
});

test('A shape has a depth, and an object with very many names is a dictionary', () => {
  const nested = (depth: number): JsonValue => (depth === 0 ? 1 : [nested(depth - 1)]);
  expect(shapeOf([nested(maxShapeDepth)])).not.toContain('unknown');
  expect(shapeOf([nested(maxShapeDepth + 1)])).toContain('unknown');
  const wide = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, index]));
  expect(shapeOf([wide(maxShapeProperties)])).toContain('readonly p0: number');
  expect(shapeOf([wide(maxShapeProperties + 1)])).toBe('{ readonly [name: string]: number }');
});

test('Any text is a literal that means it', () => {
  for (const each of ["'", '\\', '"', '\n', '\u2028', '`${x}`', 'İ']) {
    const literal = textLiteral(each);
    expect(literal).not.toMatch(/[\n\u2028\u2029]/);
    expect(JSON.parse(`"${literal.slice(1, -1).replaceAll("\\'", "'").replaceAll('"', '\\"')}"`)).toBe(each);
  }
});
