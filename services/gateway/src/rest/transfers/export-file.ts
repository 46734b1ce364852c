import type { AnsweredFile } from '../endpoint.ts';

export const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const;

/** Waits for its beginning, so that a refusal is told as one. */
export async function fileOf(
  name: string,
  mediaType: string,
  chunks: AsyncIterable<{ readonly data: Uint8Array }>,
  cancel: () => void,
): Promise<AnsweredFile> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for (let step = first; step.done !== true; step = await iterator.next()) yield step.value.data;
    } finally {
      await iterator.return?.();
    }
  }
  return { name, mediaType, bytes: bytes(), cancel };
}
