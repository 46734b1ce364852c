import { expect, test } from 'vitest';
import { actionWords } from './action-words.ts';

test('An action reads as what somebody did; one of another version stays as it is', () => {
  expect(actionWords('flag.update')).toBe('changed flag');
  expect(actionWords('sdk-key.revoke')).toBe('revoked sdk key');
  expect(actionWords('session.create')).toBe('signed in');
  expect(actionWords('flag.turn-around')).toBe('flag.turn-around');
  expect(actionWords('nothing')).toBe('nothing');
});
