import { create } from '@bufbuild/protobuf';
import { createClient, type Transport } from '@connectrpc/connect';
import { GetOrganisationRequestSchema, Directory, OrganisationSchema } from '@stitchd/proto/auth/v1/auth';
import { expect, test } from 'vitest';
import { withCall } from './call.ts';
import { createLazyTransport } from './lazy-transport.ts';
import { longestCallMs } from './limits.ts';
import { problemOf } from './problem.ts';

const nowMs = 1_000_000;
const defaultMs = 5_000;

/** How long a call waits for its answer. */
async function waitOf(options: { timeoutMs?: number; leftMs?: number; defaultMs?: number }): Promise<number | undefined> {
  let wait: number | undefined;
  const transport = {
    async unary(method: typeof Directory.method.getOrganisation, _: unknown, timeoutMs: number | undefined) {
      wait = timeoutMs;
      const message = create(OrganisationSchema);
      return { stream: false, service: Directory, method, header: new Headers(), trailer: new Headers(), message };
    },
  } as unknown as Transport;
  const client = createClient(
    Directory,
    createLazyTransport(
      () => transport,
      options.defaultMs ?? defaultMs,
      () => nowMs,
    ),
  );
  const { timeoutMs, leftMs } = options;
  const call = { requestId: 'r', principal: undefined, deadlineMs: leftMs === undefined ? undefined : nowMs + leftMs };
  await withCall(call, () =>
    client.getOrganisation(create(GetOrganisationRequestSchema), timeoutMs === undefined ? {} : { timeoutMs }),
  );
  return wait;
}

test('A call waits as long as the installation says; one that says how long waits that long, up to the longest', async () => {
  expect(await waitOf({})).toBe(defaultMs);
  expect(await waitOf({ timeoutMs: 100 })).toBe(100);
  expect(await waitOf({ timeoutMs: longestCallMs })).toBe(longestCallMs);
  expect(await waitOf({ timeoutMs: longestCallMs + 1 })).toBe(longestCallMs);
  expect(await waitOf({ timeoutMs: 2 * longestCallMs, defaultMs: longestCallMs + 1 })).toBe(longestCallMs + 1);
});

test('No call waits longer than what is left of the call being served, and none is made where nothing is left', async () => {
  expect(await waitOf({ leftMs: defaultMs - 1 })).toBe(defaultMs - 1);
  expect(await waitOf({ leftMs: defaultMs + 1 })).toBe(defaultMs);
  expect(await waitOf({ timeoutMs: longestCallMs, leftMs: longestCallMs - 1 })).toBe(longestCallMs - 1);
  expect(await waitOf({ timeoutMs: longestCallMs, leftMs: 0.5 })).toBe(1);
  const refused = await waitOf({ timeoutMs: longestCallMs, leftMs: 0 }).then(
    () => undefined,
    (error: unknown) => problemOf(error),
  );
  expect(refused?.code).toBe('DEADLINE_EXCEEDED');
});
