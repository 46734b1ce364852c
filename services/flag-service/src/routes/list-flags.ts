import { create } from '@bufbuild/protobuf';
import { isKey, isUuid, type ValidationError } from '@stitchd/core';
import {
  countFlags,
  flagSorts,
  listFlags as readFlags,
  type FlagFilter,
  type FlagPosition,
  type FlagRow,
} from '@stitchd/db/flag';
import { decodeCursor, encodeCursor, pageLimits } from '@stitchd/db/postgres';
import { problem, readPage, projectScope } from '@stitchd/service-kit';
import { ListFlagsResponseSchema, type ListFlagsRequest, type ListFlagsResponse } from '@stitchd/proto/flag/v1/flag';
import type { FlagContext } from '../context.ts';
import { describeFlags } from '../flags/describe-flag.ts';
import { isFlagType, refuseInvalid } from '../flags/read-fields.ts';

export async function listFlags(context: FlagContext, request: ListFlagsRequest): Promise<ListFlagsResponse> {
  const scope = projectScope();
  const sort = readSort(request.sort);
  const cursorLength = sort === 'key' ? 1 : 2;
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, cursorLength));
  const filter = readFilter(scope.projectId, request, page.query);
  const position = readPosition(sort, page.after);
  return context.database.inTenant(scope.organisationId, async (tx) => {
    const found = await readFlags(tx, filter, position, page.limit);
    const flags = found.slice(0, page.limit);
    const last = found.length > page.limit ? flags.at(-1) : undefined;
    return create(ListFlagsResponseSchema, {
      items: [...(await describeFlags(tx, scope, flags))],
      nextCursor: last === undefined ? '' : cursorAfter(sort, last),
      total: await countFlags(tx, filter),
    });
  });
}

function readSort(sort: string): FlagPosition['sort'] {
  if (sort === '') return 'key';
  const known = flagSorts.find((one) => one === sort);
  if (known === undefined) throw problem('VALIDATION_FAILED', `sort must be one of ${flagSorts.join(', ')}.`);
  return known;
}

function readFilter(projectId: string, request: ListFlagsRequest, query: string): FlagFilter {
  const errors: ValidationError[] = [];
  const type = request.type === '' ? undefined : request.type;
  if (type !== undefined && !isFlagType(type)) errors.push({ path: '/type', message: 'is not a type of flags' });
  const states: Readonly<Record<string, { readonly archived: boolean | undefined }>> = {
    '': { archived: false },
    active: { archived: false },
    archived: { archived: true },
    all: { archived: undefined },
  };
  const state = Object.hasOwn(states, request.state) ? states[request.state] : undefined;
  if (state === undefined) errors.push({ path: '/state', message: 'must be one of active, archived, all' });
  refuseInvalid(errors, { tag: request.tag, q: query });
  return {
    projectId,
    type: type !== undefined && isFlagType(type) ? type : undefined,
    tag: request.tag === '' ? undefined : request.tag,
    archived: state?.archived,
    query,
  };
}

/** Cursors are ours, but whoever sends one may have made it up. */
function readPosition(sort: FlagPosition['sort'], after: readonly string[] | undefined): FlagPosition {
  if (after === undefined) return { sort, after: undefined };
  const [first = '', id = ''] = after;
  const updatedAt = new Date(first);
  if (sort === 'key' && isKey(first)) return { sort, after: first };
  if (sort === '-updated_at' && isUuid(id) && !Number.isNaN(updatedAt.getTime())) return { sort, after: { updatedAt, id } };
  throw problem('VALIDATION_FAILED', 'cursor is not one that a page of this list answered.');
}

function cursorAfter(sort: FlagPosition['sort'], flag: FlagRow): string {
  return encodeCursor(sort === 'key' ? [flag.key] : [flag.updated_at.toISOString(), flag.id]);
}
