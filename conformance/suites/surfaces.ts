import type { WebBootstrap } from '@stitchd/web';
import { vi } from 'vitest';
import type { Adapter } from '../runner/adapter.ts';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';
import { type FixtureGateway, startFixtureGateway } from './fixture-gateway.ts';
import { startLiveSdk } from './live-sdk.ts';
import { startOfflineSdk } from './offline-sdk.ts';
import { ofrepBulk, ofrepSingle } from './ofrep-adapter.ts';
import { previewAll, previewOne } from './preview-adapter.ts';
import { sdkAllFlags, sdkReads } from './sdk-adapter.ts';
import { pageQuestion, withSigning } from './signed-assignments.ts';
import { browserValues } from './values-adapter.ts';
import { type PageValues, webReads } from './web-adapter.ts';

/** Values that a page asks the gateway for, with the assignments that it was given signed. */
function valuesFromGateway(gateway: FixtureGateway): PageValues {
  let loaded: readonly FixtureEntity[] = [];
  return {
    isSent: true,
    load(definitions) {
      loaded = withSigning(definitions);
      return gateway.load(loaded);
    },
    async values(question: Question) {
      const asked = { ...question, clientVisibleOnly: true };
      const { json } = await gateway.evaluate('/v1/sdk/values', pageQuestion(question, loaded), asked);
      return json as WebBootstrap;
    },
  };
}

/**
 * What the clock shows where a question does not say. Questions that do name a time within a second of it: keys and tokens
 * that services know for a while must not seem to be of another year.
 */
const usualMs = Date.parse('2026-01-02T00:00:00Z');

/** Everything that evaluates flags for others, running: a gateway, and SDKs with and without it. */
export async function startSurfaces() {
  let shownMs = usualMs;
  // Before anything keeps the function: the gateway takes it as its clock when it starts.
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => shownMs);
  const gateway = await startFixtureGateway();
  const live = await startLiveSdk(gateway);
  const offline = await startOfflineSdk();
  let isReady = true;

  /** Before the first definitions, and only then, a client answers that never gets any. */
  const liveOrNone = {
    ...live,
    client: () => (isReady ? live.client : offline.client()),
    async load(definitions: readonly FixtureEntity[] | null): Promise<void> {
      isReady = definitions !== null;
      await (isReady ? live.load(definitions) : offline.load(null));
    },
  };
  const bootstraps: PageValues = {
    isSent: false,
    load: (definitions) => liveOrNone.load(definitions),
    values: async (question) => live.client.bootstrap(await live.contextOf(question)),
  };

  /** Asks with the clock at the time that a question names. */
  const atItsTime = (adapter: Adapter): Adapter => ({
    ...adapter,
    async evaluate(question) {
      shownMs = question.nowMs ?? usualMs;
      try {
        return await adapter.evaluate(question);
      } finally {
        shownMs = usualMs;
      }
    },
  });

  return {
    adapters: {
      sdkReads: atItsTime(sdkReads(liveOrNone)),
      sdkAllFlags: atItsTime(sdkAllFlags(liveOrNone)),
      sdkOffline: atItsTime(sdkReads(offline)),
      ofrepSingle: atItsTime(ofrepSingle(gateway)),
      ofrepBulk: atItsTime(ofrepBulk(gateway)),
      previewOne: atItsTime(previewOne(gateway)),
      previewAll: atItsTime(previewAll(gateway)),
      browserValues: atItsTime(browserValues(gateway)),
      webFromServer: atItsTime(webReads(bootstraps)),
      webFromGateway: atItsTime(webReads(valuesFromGateway(gateway))),
    },
    async stop(): Promise<void> {
      await Promise.all([live.client.close(), offline.client().close()]);
      await gateway.stop();
      clock.mockRestore();
    },
  };
}

export type Surfaces = Awaited<ReturnType<typeof startSurfaces>>;
