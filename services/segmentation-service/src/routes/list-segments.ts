import { create } from '@bufbuild/protobuf';
import { isKey, type ValidationError } from '@stitchd/core';
import { decodeCursor, encodeCursor, isStorableText, pageLimits } from '@stitchd/db/postgres';
import { countSegments, listSegments as readSegments, segmentTypes, type SegmentFilter } from '@stitchd/db/segment';
import {
  ListSegmentsResponseSchema,
  type ListSegmentsRequest,
  type ListSegmentsResponse,
} from '@stitchd/proto/segment/v1/segment';
import { readPage, environmentScope } from '@stitchd/service-kit';
import type { SegmentContext } from '../context.ts';
import { refuseInvalid } from '../segments/refuse-invalid.ts';
import { describeSegments } from '../segments/segment-message.ts';

export async function listSegments(context: SegmentContext, request: ListSegmentsRequest): Promise<ListSegmentsResponse> {
  const scope = environmentScope();
  const page = readPage(request.page, pageLimits, readCursor);
  const filter = readFilter(scope.environmentId, request.type, page.query);
  return context.database.inTenant(scope.organisationId, async (tx) => {
    const found = await readSegments(tx, filter, page.after?.[0], page.limit);
    const segments = found.slice(0, page.limit);
    const last = found.length > page.limit ? segments.at(-1) : undefined;
    return create(ListSegmentsResponseSchema, {
      items: [...(await describeSegments(tx, scope.environmentId, segments))],
      nextCursor: last === undefined ? '' : encodeCursor([last.key]),
      total: await countSegments(tx, filter),
    });
  });
}

/** Cursors are ours, but whoever sends one may have made it up. */
function readCursor(cursor: string): readonly string[] | undefined {
  const values = decodeCursor(cursor, 1);
  return values !== undefined && isKey(values[0] ?? '') ? values : undefined;
}

function readFilter(environmentId: string, given: string, query: string): SegmentFilter {
  const errors: ValidationError[] = [];
  const type = segmentTypes.find((one) => one === given);
  if (given !== '' && type === undefined) errors.push({ path: '/type', message: `must be one of ${segmentTypes.join(', ')}` });
  if (!isStorableText(query)) errors.push({ path: '/q', message: 'holds a character that nothing has' });
  refuseInvalid(errors);
  return { environmentId, type, query };
}
