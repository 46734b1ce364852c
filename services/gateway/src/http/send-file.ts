import { once } from 'node:events';
import type { Logger } from '@stitchd/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { maxBlockedMs } from '../limits.ts';
import type { AnsweredFile } from '../rest/endpoint.ts';

/**
 * Sends a file as fast as it is taken. Where anything fails, the connection is cut before the end of the body (chunked
 * encoding has no last chunk then), so that nobody takes a part for the whole.
 */
export function sendFile(file: AnsweredFile, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  if (request.method === 'HEAD') {
    file.cancel();
    return reply.type(file.mediaType).send();
  }
  const { raw } = reply;
  const head = {
    'content-type': file.mediaType,
    'content-disposition': `attachment; filename="${file.name}"`,
    'x-content-type-options': 'nosniff',
  };
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...head }))
    if (value !== undefined) raw.setHeader(name, value);
  raw.statusCode = reply.statusCode;
  reply.hijack();
  raw.on('error', () => undefined);
  raw.once('close', file.cancel);
  void write(file, reply).catch((error: unknown) => {
    if (!raw.destroyed) log.warn({ requestId: request.id, err: error }, 'a file could not be sent whole');
    raw.destroy();
  });
  return reply;
}

async function write({ bytes }: AnsweredFile, { raw }: FastifyReply): Promise<void> {
  for await (const chunk of bytes) {
    if (raw.destroyed) return;
    if (!raw.write(chunk)) await once(raw, 'drain', { signal: AbortSignal.timeout(maxBlockedMs) });
  }
  raw.end();
}
