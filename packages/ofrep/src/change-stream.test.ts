import { expect, test } from 'vitest';
import { eventStreams, namedRevision, refetchEvent } from './change-stream.ts';

test('A stream is given by its path where clients reach the gateway as they evaluate, and by its whole address behind a proxy', () => {
  const given = { ticket: 'a.b', revision: 7 };
  expect(JSON.parse(eventStreams({ ...given, publicUrl: undefined }))).toEqual([
    { type: 'sse', endpoint: { requestUri: '/ofrep/v1/changes?have=7&ticket=a.b' }, inactivityDelaySec: 120 },
  ]);
  expect(JSON.parse(eventStreams({ ...given, publicUrl: 'https://flags.example/at/' }))).toEqual([
    { type: 'sse', url: 'https://flags.example/at/ofrep/v1/changes?have=7&ticket=a.b', inactivityDelaySec: 120 },
  ]);
});

test('A change is told with the revision, which comes back with the next request', () => {
  const { type, etag } = JSON.parse(refetchEvent(12)) as { readonly type: string; readonly etag: string };
  expect([type, namedRevision(etag)]).toEqual(['refetchEvaluation', 12]);
  for (const strange of ['', '-1', '1.5', 'x', '9'.repeat(16), 7, undefined, ['7']])
    expect([strange, namedRevision(strange)]).toEqual([strange, undefined]);
});
