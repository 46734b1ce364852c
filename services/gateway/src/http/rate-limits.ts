import { problem, type Configuration, type Principal } from '@stitchd/service-kit';
import { rateLimitWindowSeconds } from '../limits.ts';
import type { GatewayMetrics } from '../observe/gateway-metrics.ts';
import type { gatewaySettings } from '../settings.ts';
import { createWindowLimiter, type WindowLimiter } from './window-limiter.ts';

export interface RateLimits {
  /** Counts one request; the seconds after which to try again where there were too many. */
  readonly takeOf: (principal: Principal) => number | undefined;
  readonly takeOfAddress: (address: string) => number | undefined;
  /** The same without counting. */
  readonly isAddressBlocked: (address: string) => number | undefined;
}

/** Limits per key, principal and address, kept in this process: several gateways limit each by itself. */
export function createRateLimits(
  config: Configuration<typeof gatewaySettings>,
  metrics: GatewayMetrics,
  nowMs: () => number,
): RateLimits {
  const limiter = (perSecond: number): WindowLimiter =>
    createWindowLimiter({
      limit: perSecond * rateLimitWindowSeconds,
      windowMs: rateLimitWindowSeconds * 1_000,
      nowMs,
    });
  const people = limiter(config.rateLimitPeople);
  const serverKeys = limiter(config.rateLimitServerKey);
  const clientKeys = limiter(config.rateLimitClientKey);
  const addresses = limiter(config.rateLimitAddress);
  const take = (from: WindowLimiter, of: string, key: string): number | undefined => {
    const waitMs = from.take(key);
    if (waitMs === undefined) return undefined;
    metrics.rateLimited.inc({ of });
    return Math.ceil(waitMs / 1_000);
  };
  return {
    takeOf(principal) {
      if (principal.kind !== 'sdk-key') return take(people, 'principal', principal.id);
      return principal.keyKind === 'server'
        ? take(serverKeys, 'server-key', principal.id)
        : take(clientKeys, 'client-key', principal.id);
    },
    takeOfAddress: (address) => take(addresses, 'address', address),
    isAddressBlocked(address) {
      const waitMs = addresses.isFull(address);
      return waitMs === undefined ? undefined : Math.ceil(waitMs / 1_000);
    },
  };
}

/** @returns the problem of a limit that was passed */
export function rateLimited(seconds: number) {
  return problem('RATE_LIMITED', `Too many requests; try again in ${seconds} s.`, { retryAfterSeconds: seconds });
}
