import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ValidationError } from '@stitchd/core';
import { decodeCursor, encodeCursor, isStorableText, pageLimits } from '@stitchd/db/postgres';
import { listSides, readKeys } from '@stitchd/db/segment';
import { ListKeysResponseSchema, type ListKeysRequest, type ListKeysResponse } from '@stitchd/proto/segment/v1/segment';
import { readPage, environmentScope } from '@stitchd/service-kit';
import type { SegmentContext } from '../context.ts';
import { findListOrRefuse } from '../segments/find-segment-or-refuse.ts';
import { refuseInvalid } from '../segments/refuse-invalid.ts';

/** A page of one side of a list, in code-point order; the query is what keys begin with. */
export async function listKeys(context: SegmentContext, request: ListKeysRequest): Promise<ListKeysResponse> {
  const scope = environmentScope();
  const page = readPage(request.page, pageLimits, readCursor);
  const errors: ValidationError[] = [];
  const side = listSides.find((one) => one === request.side);
  if (side === undefined) errors.push({ path: '/side', message: `must be one of ${listSides.join(', ')}` });
  if (!isStorableText(page.query)) errors.push({ path: '/q', message: 'holds a character that no key has' });
  refuseInvalid(errors);
  if (side === undefined) throw new Error('an unknown side is refused');
  return context.database.inTenant(scope.organisationId, async (tx) => {
    const { id: segmentId } = await findListOrRefuse(tx, scope, request.key);
    const { query: prefix, limit } = page;
    const found = await readKeys(tx, { segmentId, side }, { prefix, after: page.after?.[0], limit });
    const shown = found.slice(0, limit);
    const items = shown.map(({ key }) => key);
    const last = found.length > limit ? items.at(-1) : undefined;
    const expiring = shown.flatMap(({ key, expiresAt }) =>
      expiresAt === undefined ? [] : [[key, timestampFromDate(expiresAt)]],
    );
    return create(ListKeysResponseSchema, {
      items,
      expiresAt: Object.fromEntries(expiring),
      nextCursor: last === undefined ? '' : encodeCursor([last]),
    });
  });
}

/** Cursors are ours, but whoever sends one may have made it up. */
function readCursor(cursor: string): readonly string[] | undefined {
  const values = decodeCursor(cursor, 1);
  return values?.every(isStorableText) ? values : undefined;
}
