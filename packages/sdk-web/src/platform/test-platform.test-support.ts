import { contextValues, type ContextValues, type FlagValue } from '@stitchd/core';
import type { KeptText, Platform } from './platform.ts';

/** What a page asked the gateway. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly [name: string]: unknown };
  readonly keepalive: boolean;
  readonly signal: AbortSignal | null;
}

export type Answerer = (asked: Asked) => Response | Promise<Response>;

/** Text kept in memory; broken, everything throws as in a private window. */
export function createKeptText(isBroken = false): KeptText & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const guard = <T>(work: () => T): T => {
    if (isBroken) throw new Error('storage is refused');
    return work();
  };
  return {
    kept,
    get: (name) => guard(() => kept.get(name) ?? null),
    set: (name, text) => guard(() => void kept.set(name, text)),
    remove: (name) => guard(() => void kept.delete(name)),
    names: () => guard(() => [...kept.keys()]),
  };
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(status === 304 ? null : JSON.stringify(body), { status, headers });

/** Values of flags, given by their values alone. */
export function valuesOf(
  values: Readonly<Record<string, string | boolean>>,
  revision = 1,
  more: Partial<FlagValue> = {},
): ContextValues {
  const flags = Object.entries(values).map(([key, value]): [string, FlagValue] => [
    key,
    { value, variant: String(value), reason: 'STATIC', type: typeof value as 'string' | 'boolean', metadata: {}, ...more },
  ]);
  return contextValues(revision, Object.fromEntries(flags), null);
}

/** A stream of events that a test writes. Aborting the request breaks it, as in a browser. */
export function eventStream(signal: AbortSignal | null) {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (made) => void (controller = made) });
  signal?.addEventListener('abort', () => controller?.error(new Error('aborted')));
  return {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    write: (text: string) => controller?.enqueue(encoder.encode(text)),
    values: (values: ContextValues) => controller?.enqueue(encoder.encode(`event: values\ndata: ${JSON.stringify(values)}\n\n`)),
    end: () => controller?.close(),
  };
}

/** A browser of which the test decides everything but timers. */
export function createTestPlatform(answer: Answerer, changes: Partial<Platform> = {}) {
  const asked: Asked[] = [];
  const visibility = new Set<(event: 'shown' | 'hidden' | 'leaving') => void>();
  const online = new Set<() => void>();
  const painted: (() => void)[] = [];
  const storage = createKeptText();
  const cookies = createKeptText();
  let nextRandom = 0;
  const platform: Platform = {
    isBrowser: true,
    async fetch(input, init) {
      const request = {
        path: new URL(input as string).pathname,
        headers: init?.headers as Record<string, string>,
        body: JSON.parse(init?.body as string) as Asked['body'],
        keepalive: init?.keepalive === true,
        signal: init?.signal ?? null,
      };
      asked.push(request);
      return answer(request);
    },
    nowMs: () => Date.now(),
    random: () => 0.5,
    randomBytes: (bytes) => new Uint8Array(bytes).fill(nextRandom++ % 256),
    storage,
    cookies,
    isHidden: () => false,
    onVisibility: (listener) => {
      visibility.add(listener);
      return () => visibility.delete(listener);
    },
    onOnline: (listener) => {
      online.add(listener);
      return () => online.delete(listener);
    },
    afterPaint: (then) => void painted.push(then),
    ...changes,
  };
  return {
    platform,
    asked,
    storage,
    cookies,
    paths: () => asked.map(({ path }) => path),
    become: (event: 'shown' | 'hidden' | 'leaving') => visibility.forEach((listener) => listener(event)),
    comeOnline: () => online.forEach((listener) => listener()),
    paint: () => painted.splice(0).forEach((then) => then()),
    listeners: () => visibility.size + online.size,
  };
}
