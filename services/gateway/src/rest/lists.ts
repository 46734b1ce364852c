import type { JsonObject } from '@bufbuild/protobuf';
import { z } from 'zod';
import type { Answer } from './endpoint.ts';

export const defaultPageLimit = 50;
export const maxPageLimit = 200;

/** Query parameters of every list that is paged. */
export const pageQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(maxPageLimit)
    .default(defaultPageLimit)
    .describe(`Items of a page, 1 to ${maxPageLimit}.`),
  cursor: z.string().max(1_000).optional().describe('`next_cursor` of the page before.'),
  q: z.string().max(200).optional().describe('Free text, matched against key and name.'),
});

/** The query of a list that is always whole. */
export const noQuery = z.strictObject({});

interface PageQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly q?: string | undefined;
}

export function pageRequest({ limit, cursor, q }: PageQuery) {
  return { limit, cursor: cursor ?? '', query: q ?? '' };
}

const nextCursor = z.string().nullable().describe('Give it as `cursor` to read on; null at the end.');

/**
 * The envelope of every list.
 * @param more - what else is told with a page
 */
export function listOf(item: z.ZodType, id: string, more: z.ZodRawShape = {}) {
  return z.object({ items: z.array(item), next_cursor: nextCursor, ...more }).meta({ id });
}

/** The envelope of a list that tells how many items there are in all. */
export function countedListOf(item: z.ZodType, id: string) {
  const total = z.number().int().describe('Items that match, on all pages.');
  return z.object({ items: z.array(item), next_cursor: nextCursor, total }).meta({ id });
}

interface ListMessage {
  readonly items?: unknown;
  readonly nextCursor?: unknown;
  readonly total?: unknown;
}

/** A list message in the envelope; one that is never paged has no cursor. */
export function listed({ items, nextCursor: cursor, total }: ListMessage, more: JsonObject = {}): Answer {
  const next = typeof cursor === 'string' && cursor !== '' ? cursor : null;
  return { body: { items: items ?? [], next_cursor: next, ...(total !== undefined && { total }), ...more } };
}
