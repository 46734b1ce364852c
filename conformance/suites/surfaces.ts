import { checksumOf, createReplica, writeDefinitionsDocument } from '@stitchd/core';
import { Stitchd, type AnyFlags, type StitchdClient } from '@stitchd/sdk';
import type { WebBootstrap } from '@stitchd/web';
import { vi } from 'vitest';
import { serverKey, until } from '../../services/gateway/src/backend.test-support.ts';
import type { Adapter } from '../runner/adapter.ts';
import type { FixtureEntity } from '../runner/evaluation-fixture.ts';
import { startFixtureGateway } from './fixture-gateway.ts';
import { ofrepBulk, ofrepSingle } from './ofrep-adapter.ts';
import { previewAll, previewOne } from './preview-adapter.ts';
import { entitiesOf } from './outcome-of.ts';
import { contextOf, sdkAllFlags, sdkReads } from './sdk-adapter.ts';
import { browserValues } from './values-adapter.ts';
import { webReads } from './web-adapter.ts';

/** Definitions as `GET /v1/sdk/definitions` answers them. */
function documentOf(definitions: readonly FixtureEntity[]) {
  const replica = createReplica();
  const entities = entitiesOf(definitions);
  replica.apply({ revision: 1, fromRevision: 0, last: true, checksum: checksumOf(entities), entities, removed: [] });
  return writeDefinitionsDocument(replica, 'e-1');
}

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
  let offline: StitchdClient<AnyFlags> = unready;

  async function loadSdk(definitions: readonly FixtureEntity[] | null): Promise<void> {
    isReady = definitions !== null;
    if (definitions === null) return;
    await gateway.load(definitions);
    await until(() => client.status().revision === gateway.revision());
  }

  /** A client without any server, which begins with a document. */
  async function loadOffline(definitions: readonly FixtureEntity[] | null): Promise<void> {
    await offline.close();
    const bootstrap = definitions === null ? {} : { bootstrap: documentOf(definitions) };
    offline = await Stitchd.init<AnyFlags>({ offline: true, ...bootstrap, logger });
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
      sdkOffline: atItsTime(sdkReads(() => offline, loadOffline)),
      webFromServer: atItsTime(
        webReads({
          load: loadSdk,
          values(question) {
            gateway.know({});
            return client.bootstrap(contextOf(question));
          },
          isSent: false,
        }),
      ),
      webFromGateway: atItsTime(
        webReads({
          load: (definitions) => gateway.load(definitions ?? []),
          async values(question) {
            const asked = { ...question, clientVisibleOnly: true };
            const { json } = await gateway.evaluate('/v1/sdk/values', { context: question.context }, asked);
            return json as WebBootstrap;
          },
          isSent: true,
        }),
      ),
    },
    async stop(): Promise<void> {
      shown = undefined;
      await Promise.all([client.close(), unready.close(), offline.close()]);
      await gateway.stop();
      clock.mockRestore();
    },
  };
}

export type Surfaces = Awaited<ReturnType<typeof startSurfaces>>;
