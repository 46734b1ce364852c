import { expect, test } from 'vitest';
import { choice, text } from './search-values.ts';

test('An address gives only what a page knows', () => {
  expect(text({ q: 'a', other: 'b' }, 'q')).toEqual({ q: 'a' });
  expect(text({ q: '' }, 'q')).toEqual({});
  expect(text({ q: 5 }, 'q')).toEqual({});
  expect(choice({ tab: 'keys' }, 'tab', ['keys', 'members'])).toEqual({ tab: 'keys' });
  expect(choice({ tab: 'nothing' }, 'tab', ['keys', 'members'])).toEqual({});
});
