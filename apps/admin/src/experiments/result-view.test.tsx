import { MantineProvider } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ComputationNotice } from './ComputationNotice.tsx';
import { ResultView } from './ResultView.tsx';
import { comparison, metric, results } from './results.test-support.ts';

/** The text that people read, and what they hear instead of drawings. */
function textOf(element: ReactNode): string {
  const html = renderToStaticMarkup(<MantineProvider>{element}</MantineProvider>);
  return html
    .replace(/<style.*?<\/style>/gs, '')
    .replace(/<[^>]*?aria-label="([^"]*)"[^>]*>/g, ' [$1] ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

const job: Schemas['Job'] = {
  id: '0190a000-0000-7000-8000-000000000009',
  experimentId: results.experimentId,
  cause: 'on-demand',
  state: 'failed',
  errorCode: 'STORE_UNAVAILABLE',
  errorMessage: 'The event store does not answer.',
  attempts: 3,
  createdAt: '2026-01-15T00:00:00Z',
};

test('A failed computation says why, and that what is shown is older', () => {
  const text = textOf(<ComputationNotice results={{ stale: true, computedAt: '2026-01-14T00:00:00Z', lastJob: job }} />);
  expect(text).toMatch(
    /The last computation failed.*The event store does not answer\..*below is older.*STORE_UNAVAILABLE · attempts: 3/,
  );
  expect(textOf(<ComputationNotice results={{ stale: false, lastJob: job }} />)).toContain('There are no earlier results.');
});

test('A computation that runs is told, and so are results that are old; fresh ones need no notice', () => {
  const running = textOf(
    <ComputationNotice results={{ stale: true, computedAt: '2026-01-14T00:00:00Z', lastJob: { ...job, state: 'waiting' } }} />,
  );
  expect(running).toContain('below are the ones from before');
  expect(textOf(<ComputationNotice results={{ stale: true, computedAt: '2026-01-14T00:00:00Z' }} />)).toContain(
    'These results are old',
  );
  expect(textOf(<ComputationNotice results={{ stale: false, lastJob: { ...job, state: 'succeeded' } }} />).trim()).toBe('');
});

test('Each interval has its words, and a metric that failed keeps its row and its reason', () => {
  const failed = {
    kind: 'failed' as const,
    key: 'gone',
    failure: { code: 'METRIC_NOT_FOUND' as const, message: 'There is no such metric.' },
  };
  const text = textOf(<ResultView results={{ ...results, metrics: [metric, failed] }} isRunning />);
  expect(text).toContain('[green against the baseline: from +6.34 % to +46.9 % (95 % interval), measured +25 %.]');
  expect(text).toContain('200 of 1,000');
  expect(text).toContain('better so far');
  expect(text).toMatch(/gone not computed There is no such metric\./);
});

test('Arms of the wrong sizes hide every lift until somebody asks for it', () => {
  const sampleRatio = { chiSquare: 90, degreesOfFreedom: 1, pValue: 1e-20, eValue: 1e15, verdict: 'mismatch' as const };
  const text = textOf(<ResultView results={{ ...results, sampleRatio }} isRunning={false} />);
  expect(text).toMatch(/Don’t use these results.*Show them anyway/);
  expect(text).not.toContain('+25 %');
});

test('A lift that can’t be measured is replaced by the absolute interval and the reason', () => {
  const few = { ...comparison, liftInterval: null, liftNotMeasurable: 'few-conversions' };
  const text = textOf(<ResultView results={{ ...results, metrics: [{ ...metric, comparisons: [few] }] }} isRunning={false} />);
  expect(text).toContain('+1.35 points to +8.65 points');
  expect(text).toContain('absolute: few conversions');
});
