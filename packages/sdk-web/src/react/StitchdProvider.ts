import { createElement, type ReactNode } from 'react';
import type { StitchdWebClient } from '../web-client.ts';
import { StitchdContext } from './stitchd-context.ts';

/** What a provider needs. */
export interface StitchdProviderProps {
  /** Made once by `createStitchd`, outside of rendering: on a server once for each request. */
  readonly client: StitchdWebClient;
  readonly children?: ReactNode;
}

/** Gives the components below it a client. */
export function StitchdProvider({ client, children }: StitchdProviderProps): ReactNode {
  return createElement(StitchdContext, { value: client }, children);
}
