import { create } from '@bufbuild/protobuf';
import type { HandlerContext } from '@connectrpc/connect';
import { InvalidationSchema, type Invalidation, type WatchInvalidationsRequest } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';

export function watch({ invalidations }: AuthContext) {
  return async function* (_: WatchInvalidationsRequest, call: HandlerContext): AsyncGenerator<Invalidation> {
    for await (const heard of invalidations.watch(call.signal)) {
      switch (heard.kind) {
        case 'key':
          yield create(InvalidationSchema, { keySha256: heard.sha256 });
          break;
        case 'session':
          yield create(InvalidationSchema, { sessionId: heard.sessionId });
          break;
        case 'heartbeat':
          yield create(InvalidationSchema);
          break;
      }
    }
  };
}
