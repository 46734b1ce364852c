import { MantineProvider } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { resultsQuery } from '../api/queries.ts';
import { ComputationNotice } from './ComputationNotice.tsx';
import { BrokenGate } from './BrokenGate.tsx';
import { experiment } from './experiment.test-support.ts';
import { results } from './results.test-support.ts';
import { HealthSection } from './status/HealthSection.tsx';
import { StatusStrip } from './status/StatusStrip.tsx';

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
  kind: 'results',
  full: false,
  iteration: 1,
  maxAttempts: 5,
  progress: 0,
  stage: '',
  createdAt: '2026-01-15T00:00:00Z',
};

test('A failed computation says why, and that what is shown is older', () => {
  const text = textOf(
    <ComputationNotice results={{ stale: true, final: false, computedAt: '2026-01-14T00:00:00Z', lastJob: job }} />,
  );
  expect(text).toMatch(
    /The last computation failed.*The event store does not answer\..*below is older.*STORE_UNAVAILABLE · attempts: 3/,
  );
  expect(textOf(<ComputationNotice results={{ stale: false, final: false, lastJob: job }} />)).toContain(
    'There are no earlier results.',
  );
});

test('One that was cancelled is told, and from when is what is shown', () => {
  const cancelled = { ...job, state: 'cancelled' as const };
  const text = textOf(
    <ComputationNotice results={{ stale: false, final: false, computedAt: '2026-01-14T00:00:00Z', lastJob: cancelled }} />,
  );
  expect(text).toMatch(/was cancelled.*shown below was computed/);
});

test('A computation that runs is told, and so are results that are old; fresh ones need no notice', () => {
  const running = textOf(
    <ComputationNotice
      results={{ stale: true, final: false, computedAt: '2026-01-14T00:00:00Z', lastJob: { ...job, state: 'waiting' } }}
    />,
  );
  expect(running).toContain('below are the ones from before');
  expect(textOf(<ComputationNotice results={{ stale: true, final: false, computedAt: '2026-01-14T00:00:00Z' }} />)).toContain(
    'These results are old',
  );
  expect(
    textOf(<ComputationNotice results={{ stale: false, final: false, lastJob: { ...job, state: 'succeeded' } }} />).trim(),
  ).toBe('');
});

test('A decision is told in words, with how earlier iterations ended and how whole the data is', () => {
  const text = textOf(
    <StatusStrip
      experiment={{ ...experiment, iterationNumber: 3 }}
      results={results}
      iterations={[
        { number: 1, endedAs: 'undecided' },
        { number: 2, endedAs: 'broken' },
      ]}
    />,
  );
  expect(text).toMatch(/Ship green.*best guess.*Stop the experiment and choose what is served afterwards/);
  expect(text).toContain('Iteration 3; earlier: undecided, broken.');
  expect(text).toContain('95.8 % of the last day’s events since the start arrived within an hour');
  expect(text).toContain('about 5 days left (4 to 6)');
  expect(text).not.toMatch(/9\d ?% (probability|chance|likely)/);
});

test('A restarted experiment without results says of which iteration there are none, and how the one before ended', () => {
  const again = { ...experiment, iterationNumber: 2 };
  const text = textOf(<StatusStrip experiment={again} results={undefined} iterations={[{ number: 1, endedAs: 'ship' }]} />);
  expect(text).toContain('There are no results of iteration 2 yet.');
  expect(text).toContain('Iteration 2; earlier: shipped.');
  const asked = resultsQuery({ project: 'p', environment: 'e' }, again).queryKey;
  expect(asked).not.toEqual(resultsQuery({ project: 'p', environment: 'e' }, experiment).queryKey);
});

test('Of an experiment that was stopped no days are left', () => {
  const text = textOf(<StatusStrip experiment={{ ...experiment, state: 'stopped' }} results={results} iterations={[]} />);
  expect(text).toContain('of the plan has matured');
  expect(text).not.toContain('days left');
  expect(text).not.toContain('by now');
});

test('Of broken data nothing is said of its plan', () => {
  const broken = { ...results, decision: { ...results.decision, code: 'broken' as const, arms: [] } };
  const text = textOf(<StatusStrip experiment={experiment} results={broken} iterations={[]} />);
  expect(text).not.toContain('of the plan has matured');
  expect(text).not.toContain('days left');
});

test('Every check is shown, the good ones too, each with its cause and what to do', () => {
  const text = textOf(<HealthSection checks={results.health} />);
  for (const { title } of results.health) expect(text).toContain(title);
  expect(text).toContain('3 to look at, 13 good');
  expect(text).toContain('What to do: Give the metric a cap');
});

test('Lifts of broken data are shown on request only, and not before it is written down who looks', () => {
  const client = new QueryClient();
  const gate = (isShown: boolean) =>
    textOf(
      <QueryClientProvider client={client}>
        <BrokenGate isShown={isShown} onShow={() => {}} name={['e']} record={() => Promise.resolve()}>
          +4.2 %
        </BrokenGate>
      </QueryClientProvider>,
    );
  expect(gate(false)).toMatch(/Don’t use these results.*Show them anyway/);
  for (const isShown of [false, true]) expect(gate(isShown)).not.toContain('+4.2 %');
  client.setQueryData(['shown-anyway', 'e'], true);
  expect(gate(false)).not.toContain('+4.2 %');
  expect(gate(true)).toMatch(/Don’t use these results.*\+4\.2 %/);
});
