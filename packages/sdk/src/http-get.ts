/** What a server answered; its body is read piece by piece, so that a limit can be kept. */
export interface HttpAnswer {
  readonly status: number;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Asks by GET. Follows no redirect, since the SDK key would travel with it. Keeps no process alive where the runtime allows.
 * Rejects with an error whose message says why nobody answered; aborting ends the body as well.
 */
export type HttpGet = (
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<HttpAnswer>;

/** By `fetch`, for runtimes that have nothing else. */
export const getByFetch: HttpGet = async (url, { headers, signal }) => {
  try {
    const response = await fetch(url, { headers, signal, redirect: 'manual' });
    return {
      // Browsers hide a redirect behind status 0.
      status: response.type === 'opaqueredirect' ? 302 : response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: piecesOf(response.body),
    };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(cause instanceof Error ? cause.message : String(cause), { cause: error });
  }
};

/** Not every runtime can iterate over a stream by itself. */
export async function* piecesOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (stream === null) return;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Who stops reading hangs up; a stream that failed already has nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}
