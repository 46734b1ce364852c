import { problem, type Configuration, type Principal } from '@stitchd/service-kit';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { rateLimitWindowSeconds } from '../limits.ts';
import type { GatewayMetrics } from '../observe/gateway-metrics.ts';
import type { gatewaySettings } from '../settings.ts';

export interface RateLimits {
  /** Counts one request; the seconds after which to try again where there were too many. */
  readonly takeOf: (principal: Principal) => Promise<number | undefined>;
  readonly takeOfAddress: (address: string) => Promise<number | undefined>;
  /** The same without counting. */
  readonly isAddressBlocked: (address: string) => Promise<number | undefined>;
}

/** Limits per key, principal and address, kept in this process: several gateways limit each by itself. */
export function createRateLimits(config: Configuration<typeof gatewaySettings>, metrics: GatewayMetrics): RateLimits {
  const limiter = (perSecond: number): RateLimiterMemory =>
    new RateLimiterMemory({ points: perSecond * rateLimitWindowSeconds, duration: rateLimitWindowSeconds });
  const people = limiter(config.rateLimitPeople);
  const serverKeys = limiter(config.rateLimitServerKey);
  const clientKeys = limiter(config.rateLimitClientKey);
  const addresses = limiter(config.rateLimitAddress);
  const take = async (from: RateLimiterMemory, of: string, key: string): Promise<number | undefined> => {
    try {
      await from.consume(key);
      return undefined;
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      metrics.rateLimited.inc({ of });
      return Math.ceil(refused.msBeforeNext / 1_000);
    }
  };
  return {
    takeOf(principal) {
      if (principal.kind !== 'sdk-key') return take(people, 'principal', principal.id);
      return principal.keyKind === 'server'
        ? take(serverKeys, 'server-key', principal.id)
        : take(clientKeys, 'client-key', principal.id);
    },
    takeOfAddress: (address) => take(addresses, 'address', address),
    async isAddressBlocked(address) {
      const state = await addresses.get(address);
      return state !== null && state.remainingPoints <= 0 ? Math.ceil(state.msBeforeNext / 1_000) : undefined;
    },
  };
}

/** @returns the problem of a limit that was passed */
export function rateLimited(seconds: number) {
  return problem('RATE_LIMITED', `Too many requests; try again in ${seconds} s.`);
}
