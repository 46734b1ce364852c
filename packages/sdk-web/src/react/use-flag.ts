import type { JsonValue } from '@stitchd/core';
import { use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { FlagDetails } from '../values/read-value.ts';
import type { StitchdWebClient } from '../web-client.ts';
import { createFlagStore, type FlagStore } from './flag-store.ts';
import { useStitchd } from './stitchd-context.ts';

/** How a component reads a flag. */
export interface UseFlagOptions {
  /** `false`: showing it is not exposing, for instance in a preview. */
  readonly exposure?: boolean;
  /** `true`: suspends until there are values, for at most 5 s; without it the fallback is shown until then. */
  readonly suspense?: boolean;
}

/** What a flag with such a fallback may answer: any text where the fallback is a text, and so on. */
export type FlagAnswer<Fallback extends JsonValue> = Fallback extends boolean
  ? boolean
  : Fallback extends number
    ? number
    : Fallback extends string
      ? string
      : Fallback;

const waits = new WeakMap<StitchdWebClient, Promise<boolean>>();

/** One promise for all components: React suspends again for each new one. */
function waitFor(client: StitchdWebClient): Promise<boolean> {
  const known = waits.get(client) ?? client.waitUntilReady();
  waits.set(client, known);
  return known;
}

function useFlagStore(flagKey: string, fallback: JsonValue, { exposure = true, suspense = false }: UseFlagOptions): FlagStore {
  const client = useStitchd();
  // A server does not wait: what it has is the bootstrap.
  if (suspense && typeof document !== 'undefined' && !client.status().ready) use(waitFor(client));
  const stable = typeof fallback === 'object' ? JSON.stringify(fallback) : fallback;
  // An object that is equal is the same fallback.
  const store = useMemo(
    () => createFlagStore(client, flagKey, typeof fallback === 'object' ? (JSON.parse(String(stable)) as JsonValue) : fallback),
    [client, flagKey, typeof fallback, stable],
  );
  useEffect(() => (exposure ? store.keepExposing() : undefined), [store, exposure]);
  return store;
}

/**
 * A flag's answer with why it is so. Renders again only when something of it changes. Showing it exposes its unit, once it is on
 * the screen; rendering on a server, and renderings that React throws away, expose nobody.
 *
 * @param fallback - the answer where there is no other; its type is the type that is asked for
 */
export function useFlagDetails<Fallback extends JsonValue>(
  flagKey: string,
  fallback: Fallback,
  options: UseFlagOptions = {},
): FlagDetails<FlagAnswer<Fallback>> {
  const { subscribe, details, serverDetails } = useFlagStore(flagKey, fallback, options);
  return useSyncExternalStore(subscribe, details, serverDetails) as FlagDetails<FlagAnswer<Fallback>>;
}

/** A flag's answer. Renders again only when the value changes; see `useFlagDetails`. */
export function useFlag<Fallback extends JsonValue>(
  flagKey: string,
  fallback: Fallback,
  options: UseFlagOptions = {},
): FlagAnswer<Fallback> {
  const { subscribe, details, serverDetails } = useFlagStore(flagKey, fallback, options);
  return useSyncExternalStore(
    subscribe,
    () => details().value,
    () => serverDetails().value,
  ) as FlagAnswer<Fallback>;
}
