import type { Configuration, Logger } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import type { Authentication } from '../identity/authenticate.ts';
import type { Scope } from '../identity/scopes.ts';
import type { IsTrustedProxy } from '../identity/trusted-proxies.ts';
import type { GatewayMetrics } from '../observe/gateway-metrics.ts';
import type { gatewaySettings } from '../settings.ts';
import type { StreamPlaces } from '../sync/stream-places.ts';
import type { RateLimits } from './rate-limits.ts';

/** What the HTTP frame around the endpoints works with. */
export interface Frame {
  readonly config: Configuration<typeof gatewaySettings>;
  readonly context: GatewayContext;
  readonly authentication: Authentication;
  readonly scope: Scope;
  readonly rateLimits: RateLimits;
  /** Of streams on both ports. */
  readonly places: StreamPlaces;
  readonly isTrustedProxy: IsTrustedProxy;
  readonly metrics: GatewayMetrics;
  readonly log: Logger;
  readonly nowMs: () => number;
  /** Whether what endpoints answer is compared with what is documented; for tests. */
  readonly verifyAnswers: boolean;
}
