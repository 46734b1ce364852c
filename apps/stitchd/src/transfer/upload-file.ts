import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { transferLimits } from '@stitchd/events';
import { RestProblem } from '@stitchd/rest-client';
import { askPatiently, receivedBytes, type ImportJob } from './import-client.ts';
import type { TransferAccess } from './transfer-access.ts';

/** SHA-256 of a file, by which an import that was broken off is found again. */
export async function fingerprint(file: string, onRead: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    onRead(bytes);
  }
  return hash.digest('hex');
}

/** Uploads what the server does not have yet, wherever that begins. @returns the job when all is there, or it has ended */
export async function uploadFile(
  access: TransferAccess,
  begun: ImportJob,
  file: string,
  sizeBytes: number,
  onReceived: (bytes: number) => void,
): Promise<ImportJob> {
  const handle = await open(file);
  const buffer = Buffer.alloc(transferLimits.pieceBytes);
  try {
    let job = begun;
    for (;;) {
      const from = receivedBytes(job);
      onReceived(from);
      if (from >= sizeBytes || (job.state !== 'waiting' && job.state !== 'running')) return job;
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
      job = await appendPiece(access, job.id, from, buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

async function appendPiece(access: TransferAccess, id: string, offset: number, body: Buffer): Promise<ImportJob> {
  const headers = { 'content-type': 'application/octet-stream' };
  try {
    const url = `${access.imports}/${id}/data?offset=${offset}`;
    return await askPatiently(access, url, { method: 'PUT', headers, body: new Uint8Array(body) });
  } catch (error) {
    // Its state says best where to go on, or why not.
    if (error instanceof RestProblem && (error.code === 'CONFLICT' || error.code === 'INVALID_STATE'))
      return askPatiently(access, access.jobOf(id));
    throw error;
  }
}
