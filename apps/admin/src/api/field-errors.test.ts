import { RestProblem } from '@stitchd/rest-client';
import { expect, test } from 'vitest';
import { fieldErrors, unsaidError } from './field-errors.ts';

test('A refusal’s errors go to the inputs that hold the fields', () => {
  const error = new RestProblem(422, {
    code: 'VALIDATION_FAILED',
    errors: [
      { path: 'variants[1].value', message: 'must be of type number' },
      { path: '/when/op', message: 'is not known' },
      { path: '', message: 'something else' },
    ],
  });
  expect(fieldErrors(error)).toEqual({ variants: 'must be of type number', when: 'is not known' });
});

test('A key that is taken is said at the key, and an error of another kind nowhere', () => {
  expect(fieldErrors(new RestProblem(409, { code: 'ALREADY_EXISTS' }))).toEqual({ key: 'This one is taken' });
  expect(fieldErrors(new Error('no'))).toEqual({});
});

test('What a form’s fields say is not said over it as well; what no field can say is', () => {
  const refused = (...paths: string[]) =>
    new RestProblem(422, { code: 'VALIDATION_FAILED', errors: paths.map((path) => ({ path, message: 'is wrong' })) });
  const values = { name: '', address: '' };
  expect(unsaidError(refused('address'), values)).toBe(null);
  for (const error of [refused('address', ''), refused('address', 'secret'), refused(), new Error('no')])
    expect(unsaidError(error, values)).toBe(error);
});
