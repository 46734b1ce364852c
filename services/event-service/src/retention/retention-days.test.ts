import { problemOf } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { refuseShorterThanRunning } from './retention-days.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 4, 31);

test('An experiment that is there for two iterations is named once, by whichever of them is too old', () => {
  const experiment = (key: string, days: number) => ({
    key,
    unitKind: 'user',
    metricKeys: [],
    isStopped: false,
    fromMs: nowMs - days * dayMs,
  });
  const running = [experiment('button', 20), experiment('button', 25), experiment('new', 5)];
  const refusal = (days: number): string => {
    try {
      refuseShorterThanRunning({}, { event: days }, { running, nowMs });
      return '';
    } catch (error) {
      return problemOf(error).detail;
    }
  };
  expect(refusal(19)).toContain('not final: button; wait');
  expect(refusal(22)).toContain('not final: button; wait');
  expect(refusal(4)).toContain('not final: button, new; wait');
  expect(refusal(25)).toBe('');
});
