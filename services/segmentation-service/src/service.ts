import { uuidv7 } from '@stitchd/core';
import { createDatabase, storeErrorOf } from '@stitchd/db/postgres';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import {
  defineService,
  implement,
  startLoop,
  storeProblem,
  type BackgroundLoop,
  type Implementation,
} from '@stitchd/service-kit';
import { segmentationServiceAccess } from './access.ts';
import type { SegmentContext } from './context.ts';
import { expireKeys } from './expiry/expire-keys.ts';
import { changeListKeys } from './routes/change-list-keys.ts';
import { checkMembership } from './routes/check-membership.ts';
import { createSegment } from './routes/create-segment.ts';
import { deleteSegment } from './routes/delete-segment.ts';
import { getSegment } from './routes/get-segment.ts';
import { listKeys } from './routes/list-keys.ts';
import { listSegments } from './routes/list-segments.ts';
import { updateSegment } from './routes/update-segment.ts';
import { segmentationServiceSettings } from './settings.ts';

export const segmentationService = defineService({
  name: 'segmentation-service',
  serves: [Segments],
  reaches: [Flags],
  settings: segmentationServiceSettings,
  access: segmentationServiceAccess,
  translateError: (error) => storeProblem(storeErrorOf(error)),
  async create({ config, platform, reach, log, nowMs, randomBytes }) {
    if (platform.databaseUrl === undefined) throw new Error('segmentation-service needs STITCHD_DATABASE_URL');
    const database = createDatabase({ url: platform.databaseUrl, applicationName: 'stitchd segmentation-service' });
    const newId = (): string => uuidv7(nowMs(), randomBytes(10));
    const context: SegmentContext = { database, newId, nowMs, reach, lists: config };
    let expiry: BackgroundLoop | undefined;
    return {
      implementations: [implementation(context)],
      async start() {
        expiry = startLoop({
          intervalMs: config.expiryInterval,
          once: (signal) => expireKeys({ ...context, log }, signal),
          onTrouble: (error) => log.warn({ err: error }, 'keys that have expired could not be looked for'),
        });
      },
      async unready() {
        return database.ping().then(
          () => ({}),
          () => ({ postgres: 'does not answer' }),
        );
      },
      async drain() {
        await expiry?.stop();
      },
      stop: () => database.close(),
    };
  },
});

function implementation(context: SegmentContext): Implementation {
  return implement(Segments, {
    createSegment: (request) => createSegment(context, request),
    getSegment: (request) => getSegment(context, request),
    listSegments: (request) => listSegments(context, request),
    updateSegment: (request) => updateSegment(context, request),
    deleteSegment: (request) => deleteSegment(context, request),
    changeListKeys: (request) => changeListKeys(context, request),
    listKeys: (request) => listKeys(context, request),
    checkMembership: (request) => checkMembership(context, request),
  });
}
