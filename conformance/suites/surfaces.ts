import { Stitchd, type AnyFlags } from '@stitchd/sdk';
import { vi } from 'vitest';
import { serverKey, until } from '../../services/gateway/src/backend.test-support.ts';
import type { Adapter } from '../runner/adapter.ts';
import type { FixtureEntity } from '../runner/evaluation-fixture.ts';
import { startFixtureGateway } from './fixture-gateway.ts';
import { ofrepBulk, ofrepSingle } from './ofrep-adapter.ts';
import { previewAll, previewOne } from './preview-adapter.ts';
import { sdkAllFlags, sdkReads } from './sdk-adapter.ts';
import { browserValues } from './values-adapter.ts';

/** Everything that evaluates flags for others, running: a gateway, and an SDK that follows it. */
export async function startSurfaces() {
  const realNow = Date.now;
  /** What the clock shows; it runs on where a question does not say. */
  let shown: number | undefined;
  // Before anything keeps the function: the gateway takes it as its clock when it starts.
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => shown ?? realNow());
  const gateway = await startFixtureGateway();
  const logger = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
  const shared = { url: gateway.url, sdkKey: serverKey, logger };
  const client = await Stitchd.init<AnyFlags>({ ...shared, syncUrl: `http://${gateway.grpcAddress}` });
  const unready = await Stitchd.init<AnyFlags>({ offline: true, waitUntilReadyMs: 0, logger });
  let isReady = true;

  async function loadSdk(definitions: readonly FixtureEntity[] | null): Promise<void> {
    isReady = definitions !== null;
    if (definitions === null) return;
    await gateway.load(definitions);
    await until(() => client.status().revision === gateway.revision());
  }

  /** Asks with the clock at the time that a question names. */
  const atItsTime = (adapter: Adapter): Adapter => ({
    ...adapter,
    async evaluate(question) {
      shown = question.nowMs;
      try {
        return await adapter.evaluate(question);
      } finally {
        shown = undefined;
      }
    },
  });

  return {
    adapters: {
      sdkReads: atItsTime(sdkReads(() => (isReady ? client : unready), loadSdk)),
      sdkAllFlags: atItsTime(sdkAllFlags(() => client, loadSdk)),
      ofrepSingle: atItsTime(ofrepSingle(gateway)),
      ofrepBulk: atItsTime(ofrepBulk(gateway)),
      previewOne: atItsTime(previewOne(gateway)),
      previewAll: atItsTime(previewAll(gateway)),
      browserValues: atItsTime(browserValues(gateway)),
    },
    async stop(): Promise<void> {
      shown = undefined;
      await Promise.all([client.close(), unready.close()]);
      await gateway.stop();
      clock.mockRestore();
    },
  };
}

export type Surfaces = Awaited<ReturnType<typeof startSurfaces>>;
