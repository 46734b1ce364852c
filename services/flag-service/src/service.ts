import { watchRevisions } from '@stitchd/db/platform';
import { createDatabase, storeErrorOf } from '@stitchd/db/postgres';
import { Definitions, Flags, Splits } from '@stitchd/proto/flag/v1/flag';
import {
  defineService,
  implement,
  startLoop,
  storeProblem,
  type BackgroundLoop,
  type Implementation,
} from '@stitchd/service-kit';
import { flagServiceAccess } from './access.ts';
import { createNames, type FlagContext } from './context.ts';
import { createInitialisedEnvironments } from './definitions/ensure-environment.ts';
import { forgetOldRows } from './forget-old-rows.ts';
import { oldRowsIntervalMs } from './limits.ts';
import { archiveFlag, restoreFlag } from './routes/archive-flag.ts';
import { bindSplit } from './routes/bind-split.ts';
import { changeSplit } from './routes/change-split.ts';
import { getSplitHistory } from './routes/split-history.ts';
import { createFlag } from './routes/create-flag.ts';
import { getConfiguration } from './routes/get-configuration.ts';
import { getFlag } from './routes/get-flag.ts';
import { listFlags } from './routes/list-flags.ts';
import { recordOverrideLink } from './routes/record-override-link.ts';
import { rotateSigningSecret } from './routes/rotate-signing-secret.ts';
import { setEnabled } from './routes/set-enabled.ts';
import { unbindSplit } from './routes/unbind-split.ts';
import { updateConfiguration } from './routes/update-configuration.ts';
import { updateFlag } from './routes/update-flag.ts';
import { watch } from './routes/watch.ts';
import { flagServiceSettings } from './settings.ts';
import { createDefinitionFeeds } from './watch/definition-feeds.ts';

export const flagService = defineService({
  name: 'flag-service',
  serves: [Flags, Splits, Definitions],
  reaches: [],
  settings: flagServiceSettings,
  access: flagServiceAccess,
  translateError: (error) => storeProblem(storeErrorOf(error)),
  async create({ config, platform, log, nowMs, randomBytes }) {
    if (platform.databaseUrl === undefined) throw new Error('flag-service needs STITCHD_DATABASE_URL');
    const database = createDatabase({ url: platform.databaseUrl, applicationName: 'stitchd flag-service' });
    const names = createNames(nowMs, randomBytes);
    const initialised = createInitialisedEnvironments();
    const feeds = createDefinitionFeeds({ database, ...names, initialised, heartbeatMs: config.heartbeat, log });
    const context: FlagContext = { ...names, database, log, initialised, feeds };
    let oldRows: BackgroundLoop | undefined;
    let revisions: { readonly stop: () => Promise<void> } | undefined;
    return {
      implementations: implementations(context),
      async start() {
        const onTrouble = (error: unknown): void => log.warn({ err: error }, 'changes of environments could not be heard');
        revisions = watchRevisions({ database, nowMs, onRevision: feeds.onRevision, onTrouble });
        oldRows = startLoop({
          intervalMs: oldRowsIntervalMs,
          once: (signal) => forgetOldRows(context, signal),
          onTrouble: (error) => log.warn({ err: error }, 'old rows could not be looked for'),
        });
      },
      async unready() {
        return database.ping().then(
          () => ({}),
          () => ({ postgres: 'does not answer' }),
        );
      },
      async drain() {
        feeds.close();
        await oldRows?.stop();
      },
      async stop() {
        await revisions?.stop();
        await database.close();
      },
    };
  },
});

function implementations(context: FlagContext): readonly Implementation[] {
  return [
    implement(Flags, {
      createFlag: (request) => createFlag(context, request),
      getFlag: (request) => getFlag(context, request),
      listFlags: (request) => listFlags(context, request),
      updateFlag: (request) => updateFlag(context, request),
      archiveFlag: (request) => archiveFlag(context, request),
      restoreFlag: (request) => restoreFlag(context, request),
      getConfiguration: (request) => getConfiguration(context, request),
      updateConfiguration: (request) => updateConfiguration(context, request),
      setEnabled: (request) => setEnabled(context, request),
      recordOverrideLink: (request) => recordOverrideLink(context, request),
      rotateSigningSecret: () => rotateSigningSecret(context),
    }),
    implement(Splits, {
      bindSplit: (request) => bindSplit(context, request),
      unbindSplit: (request) => unbindSplit(context, request),
      changeSplit: (request) => changeSplit(context, request),
      getSplitHistory: (request) => getSplitHistory(context, request),
    }),
    implement(Definitions, { watch: (request, call) => watch(context, request, call) }),
  ];
}
