import { expect, test } from 'vitest';
import { firstVariants } from './first-variants.ts';

test('Each line becomes a variant of the flag’s type, with a key of its own', () => {
  expect(firstVariants('string', 'Red\n\nred\n')).toEqual({
    kind: 'given',
    variants: [
      { key: 'red', value: 'Red' },
      { key: 'red-2', value: 'red' },
    ],
  });
  expect(firstVariants('integer', '5')).toEqual({ kind: 'given', variants: [{ key: '5', value: 5 }] });
  expect(firstVariants('json', '{"a":1}')).toMatchObject({ kind: 'given', variants: [{ value: { a: 1 } }] });
  expect(firstVariants('boolean', 'whatever')).toEqual({ kind: 'default' });
});

test('A line of another type is named', () => {
  expect(firstVariants('integer', '5\n1.5')).toEqual({ kind: 'invalid', message: 'Line 2 is no number of this type: 1.5' });
  expect(firstVariants('json', '{a')).toMatchObject({ kind: 'invalid' });
  expect(firstVariants('string', ' \n')).toEqual({ kind: 'invalid', message: 'Write at least one value' });
});
