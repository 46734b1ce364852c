import { uuidv7 } from '@stitchd/core';
import { createDatabase, storeErrorOf } from '@stitchd/db/postgres';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { defineService, implement, storeProblem, type Implementation } from '@stitchd/service-kit';
import { segmentationServiceAccess } from './access.ts';
import type { SegmentContext } from './context.ts';
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
  async create({ config, platform, reach, nowMs, randomBytes }) {
    if (platform.databaseUrl === undefined) throw new Error('segmentation-service needs STITCHD_DATABASE_URL');
    const database = createDatabase({ url: platform.databaseUrl, applicationName: 'stitchd segmentation-service' });
    const newId = (): string => uuidv7(nowMs(), randomBytes(10));
    return {
      implementations: [implementation({ database, newId, reach, lists: config })],
      async unready() {
        return database.ping().then(
          () => ({}),
          () => ({ postgres: 'does not answer' }),
        );
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
