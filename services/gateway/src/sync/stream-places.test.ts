import { isProblem } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { clientStreamShare, organisationStreamsPerFree } from '../limits.ts';
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
  const take = (): (() => void) => places.take('server').giveBack;
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
    while (taken.length < most && refusalOf(() => taken.push(places.take(holder).giveBack)) === undefined);
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

test('One organisation leaves places to others, the last ones too, and those that it gives back are for all', () => {
  for (const holder of ['server', 'client'] as const) {
    const most = 250;
    const places = createStreamPlaces(most);
    const available = holder === 'server' ? most : most * clientStreamShare;
    const takeAllAs = (organisationId: string): (() => void)[] => {
      const taken: (() => void)[] = [];
      const takeOne = (): void => {
        const place = places.take(holder);
        try {
          place.giveTo(organisationId);
        } catch (error) {
          place.giveBack();
          throw error;
        }
        taken.push(place.giveBack);
      };
      while (refusalOf(takeOne) === undefined);
      return taken;
    };
    const share = organisationStreamsPerFree / (organisationStreamsPerFree + 1);
    const first = takeAllAs('first');
    expect(first).toHaveLength(available * share);
    const second = takeAllAs('second');
    expect(second).toHaveLength(Math.ceil((available - first.length) * share));
    expect(takeAllAs('third').length).toBeGreaterThan(0);
    expect(takeAllAs('first')).toEqual([]);
    for (const giveBack of first) giveBack();
    expect(takeAllAs('second').length).toBeGreaterThan(second.length);
  }
});

test('Places that are taken by nobody knows whom make none scarce for those who are known', () => {
  const most = 10;
  const places = createStreamPlaces(most);
  const opened = Array.from({ length: most }, () => places.take('server'));
  const refusals = opened.map(({ giveTo }) => refusalOf(() => giveTo('only')));
  expect(refusals.filter((refusal) => refusal === undefined)).toHaveLength(8);
});
