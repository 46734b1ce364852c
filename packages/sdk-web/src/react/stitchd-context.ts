import { createContext, useContext } from 'react';
import type { StitchdWebClient } from '../web-client.ts';

/** The client of the components below a provider. */
export const StitchdContext = createContext<StitchdWebClient | undefined>(undefined);

/**
 * The client, for what is no reading of a flag: `track`, `setContext`, `setConsent`.
 * @throws Error outside of a `StitchdProvider`, which is a programmer's mistake
 */
export function useStitchd(): StitchdWebClient {
  const client = useContext(StitchdContext);
  if (client === undefined) throw new Error('useStitchd and useFlag need a StitchdProvider above them');
  return client;
}
