import { answered } from '@stitchd/rest-client';
import { api } from '../api/api.ts';
import { saveBlob } from '../parts/save-blob.ts';
import type { Scope } from '../shell/choose-scope.ts';

export interface Download {
  readonly what: 'events' | 'exposures';
  readonly format: 'csv' | 'jsonl' | 'parquet';
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly forSpreadsheets: boolean;
}

type SavePicker = (options: { readonly suggestedName: string }) => Promise<{ createWritable: () => Promise<WritableStream> }>;

/** Saves an export; a browser that can writes it to the disk as it comes. @returns false where the person chose no file */
export async function download(scope: Scope, wanted: Download): Promise<boolean> {
  const name = `${scope.project}-${scope.environment}-${wanted.what}.${wanted.format}`;
  const pick = (globalThis as { readonly showSaveFilePicker?: SavePicker }).showSaveFilePicker;
  const target = pick === undefined ? undefined : await pick({ suggestedName: name }).catch(ifAborted);
  if (target === null) return false;
  const { forSpreadsheets, ...query } = wanted;
  const body = (await answered(
    api.GET('/v1/projects/{project}/environments/{environment}/export', {
      params: { path: { ...scope }, query: { ...query, ...(forSpreadsheets && { forSpreadsheets: 'true' as const }) } },
      parseAs: 'stream',
    }),
  )) as unknown as ReadableStream<Uint8Array>;
  if (target !== undefined) await body.pipeTo(await target.createWritable());
  else saveBlob(await new Response(body).blob(), name);
  return true;
}

/** Not choosing a file is no failure. */
function ifAborted(error: unknown): null {
  if (error instanceof DOMException && error.name === 'AbortError') return null;
  throw error;
}
