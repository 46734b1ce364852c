import { asciiJson } from './ascii-json.ts';

/** Where clients hear of changes, below the address that they evaluate at. */
export const changesPath = '/ofrep/v1/changes';

/** Seconds after which a client that nobody looks at is asked to close its stream; the protocol's own default. */
export const inactivityDelaySec = 120;

/** How a client of an evaluation may hear of changes of it. */
export interface ChangeStream {
  /** Stands for the client's key in the address. */
  readonly ticket: string;
  /** The revision that was evaluated: a stream that is opened later tells of what came in between. */
  readonly revision: number;
  /** Where clients reach the gateway; undefined: where they evaluate. */
  readonly publicUrl: string | undefined;
}

/**
 * The `eventStreams` of a bulk answer: one stream of server-sent events. Without an address of its own it is given relative to
 * the origin that the client asks.
 *
 * @returns JSON, in ASCII
 */
export function eventStreams({ ticket, revision, publicUrl }: ChangeStream): string {
  const requestUri = `${changesPath}?have=${revision}&ticket=${encodeURIComponent(ticket)}`;
  const place = publicUrl === undefined ? { endpoint: { requestUri } } : { url: publicUrl.replace(/\/+$/, '') + requestUri };
  return asciiJson([{ type: 'sse', ...place, inactivityDelaySec }]);
}

/** The data of the one event that there is: the definitions have changed, evaluate again. */
export function refetchEvent(revision: number): string {
  return JSON.stringify({ type: 'refetchEvaluation', etag: String(revision) });
}

/** The revision that a client names, as `have`, as the id of an event, or as the `flagConfigEtag` of one; undefined: none. */
export function namedRevision(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
