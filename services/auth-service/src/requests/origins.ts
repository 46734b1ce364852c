import { authLimits } from '../limits.ts';
import type { Fault } from './check.ts';

/** Undefined: not an origin. Else as browsers write it: lower-case host, no default port (RFC 6454 §6.1). */
export function normaliseOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return undefined;
  const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return bare && !/[/?#]$/.test(text) ? url.origin : undefined;
}

/** What is wrong with the allowed origins of a new key. */
export function originFaults(path: string, kind: string, origins: readonly string[]): readonly Fault[] {
  if (origins.length > 0 && kind === 'server')
    return [{ path, message: 'must be empty for server keys: no browser may hold one' }];
  if (origins.length > authLimits.allowedOrigins) return [{ path, message: `must be at most ${authLimits.allowedOrigins}` }];
  return origins.flatMap((origin, index) =>
    normaliseOrigin(origin) === undefined
      ? [{ path: `${path}[${index}]`, message: 'must be an origin such as https://shop.example.org, without a path' }]
      : [],
  );
}
