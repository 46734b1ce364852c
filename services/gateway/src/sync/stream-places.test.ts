import { isProblem } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { createStreamPlaces } from './stream-places.ts';

function refusalOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return (['RATE_LIMITED', 'SERVICE_UNAVAILABLE'] as const).find((code) => isProblem(error, code));
  }
}

test('As many places are given as there are; one that is given back twice is free once', () => {
  const places = createStreamPlaces(2);
  const giveBack = places.take();
  places.take();
  expect(refusalOf(places.take)).toBe('RATE_LIMITED');
  giveBack();
  giveBack();
  expect(refusalOf(places.take)).toBeUndefined();
  expect(refusalOf(places.take)).toBe('RATE_LIMITED');
});

test('Once a gateway is stopping it gives no place, free or not', () => {
  const places = createStreamPlaces(2);
  expect(refusalOf(places.requireOpen)).toBeUndefined();
  places.close();
  expect([refusalOf(places.take), refusalOf(places.requireOpen)]).toEqual(['SERVICE_UNAVAILABLE', 'SERVICE_UNAVAILABLE']);
});
