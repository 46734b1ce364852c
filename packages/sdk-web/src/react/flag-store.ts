import type { FlagValue, JsonValue } from '@stitchd/core';
import { readValue, type AskedType, type FlagDetails } from '../values/read-value.ts';
import type { StitchdWebClient } from '../web-client.ts';

/** One flag of a client, as React reads what lies outside of it. */
export interface FlagStore {
  readonly subscribe: (onChange: () => void) => () => void;
  /** The same object while nothing has changed: React compares by identity. */
  readonly details: () => FlagDetails;
  /** The same of what a server rendered with; without a bootstrap that is the fallback. */
  readonly serverDetails: () => FlagDetails;
  /** Exposes its unit, now and with every change, until what it returns is called. */
  readonly keepExposing: () => () => void;
}

type Flags = Readonly<Record<string, FlagValue>>;

function askedTypeOf(fallback: JsonValue): AskedType {
  const type = typeof fallback;
  return type === 'boolean' || type === 'string' || type === 'number' ? type : 'json';
}

/** Reads a flag of some values, and gives the same details for the same flag. */
function createReader(flagKey: string, fallback: JsonValue): (flags: Flags | undefined) => FlagDetails {
  let last: { readonly flag: FlagValue | undefined; readonly isReady: boolean; readonly details: FlagDetails } | undefined;
  return (flags) => {
    const flag = flags !== undefined && Object.hasOwn(flags, flagKey) ? flags[flagKey] : undefined;
    const isReady = flags !== undefined;
    if (last === undefined || last.flag !== flag || last.isReady !== isReady)
      last = { flag, isReady, details: readValue(flag, flagKey, askedTypeOf(fallback), fallback, isReady) };
    return last.details;
  };
}

function read(client: StitchdWebClient, flagKey: string, fallback: JsonValue): void {
  if (typeof fallback === 'boolean') client.boolean(flagKey, fallback);
  else if (typeof fallback === 'number') client.number(flagKey, fallback);
  else if (typeof fallback === 'string') client.string(flagKey, fallback);
  else client.json(flagKey, fallback);
}

/** @param fallback - kept as it is at first: one that is written in a component is a new object with each rendering */
export function createFlagStore(client: StitchdWebClient, flagKey: string, fallback: JsonValue): FlagStore {
  const present = createReader(flagKey, fallback);
  const rendered = createReader(flagKey, fallback);
  return {
    subscribe(onChange) {
      const stops = [
        client.onChange((changed) => {
          if (changed.includes(flagKey)) onChange();
        }),
        client.onStatus(onChange),
      ];
      return () => stops.forEach((stop) => stop());
    },
    details: () => present(client.status().ready ? client.all() : undefined),
    serverDetails: () => rendered(client.bootstrapped()),
    keepExposing() {
      read(client, flagKey, fallback);
      return client.onChange((changed) => {
        if (changed.includes(flagKey)) read(client, flagKey, fallback);
      });
    },
  };
}
