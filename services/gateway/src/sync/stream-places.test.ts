import { isProblem } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { clientStreamShare } from '../limits.ts';
import { createStreamPlaces, type StreamHolder } from './stream-places.ts';

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
  const take = (): (() => void) => places.take('server');
  const giveBack = take();
  take();
  expect(refusalOf(take)).toBe('RATE_LIMITED');
  giveBack();
  giveBack();
  expect(refusalOf(take)).toBeUndefined();
  expect(refusalOf(take)).toBe('RATE_LIMITED');
});

test('Clients take their share of the places and no more, and servers all that is left', () => {
  const most = 10;
  const places = createStreamPlaces(most);
  const takeAll = (holder: StreamHolder): (() => void)[] => {
    const taken: (() => void)[] = [];
    while (taken.length < most && refusalOf(() => taken.push(places.take(holder))) === undefined);
    return taken;
  };
  const clients = takeAll('client');
  expect(clients).toHaveLength(most * clientStreamShare);
  expect(takeAll('server')).toHaveLength(most - clients.length);
  clients[0]?.();
  expect(takeAll('server')).toHaveLength(1);
  expect(refusalOf(() => createStreamPlaces(1).take('client'))).toBeUndefined();
});

test('Once a gateway is stopping it gives no place, free or not', () => {
  const places = createStreamPlaces(2);
  expect(refusalOf(places.requireOpen)).toBeUndefined();
  places.close();
  const refusals = [
    refusalOf(() => places.take('server')),
    refusalOf(() => places.take('client')),
    refusalOf(places.requireOpen),
  ];
  expect(new Set(refusals)).toEqual(new Set(['SERVICE_UNAVAILABLE']));
});
