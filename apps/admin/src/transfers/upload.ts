import { answered, RestProblem, type Schemas } from '@stitchd/rest-client';
import { api } from '../api/api.ts';
import type { Scope } from '../shell/choose-scope.ts';

export type EventJob = Schemas['EventJob'];

/** The same as the server takes at most. */
const pieceBytes = 4 * 1_024 * 1_024;
const attempts = 8;
const firstPauseMs = 500;

/** Uploads a file in pieces, each again where the network or a busy server refuses it. */
export async function uploadFile(scope: Scope, begun: EventJob, file: File, onSent: (share: number) => void): Promise<EventJob> {
  let job = begun;
  while (isUnfinished(job) && numberIn(job.progress, 'receivedBytes') < file.size) {
    const offset = numberIn(job.progress, 'receivedBytes');
    onSent(offset / file.size);
    job = await patiently(() => appendPiece(scope, job.id, offset, file.slice(offset, offset + pieceBytes)));
  }
  onSent(1);
  return job;
}

function appendPiece(scope: Scope, job: string, offset: number, piece: Blob): Promise<EventJob> {
  return answered(
    api.PUT('/v1/projects/{project}/environments/{environment}/imports/{job}/data', {
      params: { path: { ...scope, job }, query: { offset } },
      // The generated type of a body of bytes is a text.
      body: piece as unknown as string,
      bodySerializer: (body) => body,
      headers: { 'content-type': 'application/octet-stream' },
    }),
  ) as Promise<EventJob>;
}

async function patiently(work: () => Promise<EventJob>): Promise<EventJob> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isPassing = error instanceof RestProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
      if (!isPassing || attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** attempt));
    }
  }
}

export function isUnfinished({ state }: Pick<EventJob, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

export function numberIn(fields: EventJob['progress'], name: string): number {
  const value = fields?.[name];
  return typeof value === 'number' ? value : 0;
}

export function textIn(fields: EventJob['request'], name: string): string {
  const value = fields?.[name];
  return typeof value === 'string' ? value : '';
}
