import { expect, test } from 'vitest';
import { makeUpPlayers, trueEffect } from './make-up-players.ts';

const share = (values: readonly boolean[]): number => values.filter(Boolean).length / values.length;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('Players that are made up have the effect that is claimed of them, and the same seed makes the same players', () => {
  const players = makeUpPlayers(200_000, 7);
  const of = (arm: string) => players.filter(({ version }) => version === arm);
  expect(of('gate_40').length / players.length).toBeCloseTo(0.5, 2);
  expect(share(of('gate_30').map(({ retention7 }) => retention7))).toBeCloseTo(trueEffect.retention7.control, 2);
  expect(share(of('gate_40').map(({ retention7 }) => retention7))).toBeCloseTo(trueEffect.retention7.treatment, 2);
  expect(Math.abs(mean(of('gate_30').map(({ rounds }) => rounds)) - trueEffect.rounds.control)).toBeLessThan(1);
  expect(makeUpPlayers(50, 7)).toEqual(players.slice(0, 50));
  expect(makeUpPlayers(50, 8)).not.toEqual(players.slice(0, 50));
});
