import { create } from '@bufbuild/protobuf';
import type { HandlerContext } from '@connectrpc/connect';
import { currentCall } from '@stitchd/service-kit';
import { WatchResponseSchema, type WatchRequest, type WatchResponse } from '@stitchd/proto/flag/v1/flag';
import type { FlagContext } from '../context.ts';

/** An environment's definitions for a gateway, until it goes away or this replica drains. */
export async function* watch(
  context: FlagContext,
  request: WatchRequest,
  { signal }: Pick<HandlerContext, 'signal'>,
): AsyncGenerator<WatchResponse> {
  const { feed, release } = await context.feeds.open(request.environmentId, currentCall()?.requestId ?? '');
  try {
    const have = { revision: Number(request.haveRevision), checksum: request.haveChecksum };
    for await (const syncMessage of feed.follow(have, signal)) yield create(WatchResponseSchema, { syncMessage });
  } finally {
    release();
  }
}
