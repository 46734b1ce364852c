import type { ContextValues } from '@stitchd/core';

interface Told {
  readonly values: ContextValues;
  readonly error: { readonly code: string; readonly status: number };
}

/** Reads a stream of values as a browser does, with fetch. */
export async function followValues(url: string, key: string, body: object, ifNoneMatch?: string) {
  const stopping = new AbortController();
  const response = await fetch(`${url}/v1/sdk/values/stream`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
    },
    body: JSON.stringify(body),
    signal: stopping.signal,
  });
  if (!response.ok) throw new Error(`the stream was refused: ${await response.text()}`);
  const events: { readonly event: string; readonly data: unknown }[] = [];
  let wake: () => void = () => undefined;
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, event, data] = /^event: (\w+)\n(?:id: .*\n)?data: (.*)$/.exec(text.slice(0, end)) ?? [];
        if (event !== undefined) events.push({ event, data: JSON.parse(data ?? '') });
        text = text.slice(end + 2);
        wake();
      }
    }
  };
  const ended = read().catch(() => undefined);
  return {
    /** The next event, which has to be of this name. */
    async next<Name extends keyof Told>(name: Name): Promise<Told[Name]> {
      while (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const told = events.shift();
      if (told?.event !== name) throw new Error(`an event ${told?.event} came, not ${name}`);
      return told.data as Told[Name];
    },
    close: () => stopping.abort(),
    ended,
  };
}
