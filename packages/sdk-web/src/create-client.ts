import { uuidv7 } from '@stitchd/core';
import { sleep } from './backoff.ts';
import { createEventQueue } from './events/event-queue.ts';
import { createKeptQueue } from './events/kept-queue.ts';
import { createRecorder } from './events/recorder.ts';
import { createIdentity } from './identity.ts';
import { createMemory } from './platform/memory.ts';
import type { Platform } from './platform/platform.ts';
import { createCachedValues } from './values/cached-values.ts';
import { createLiveValues } from './values/live-values.ts';
import { readValue, type AskedType, type FlagDetails } from './values/read-value.ts';
import type { ReadOptions, StitchdWebClient, WebStatus } from './web-client.ts';
import { fingerprint } from './web-context.ts';
import { webLimits } from './web-limits.ts';
import type { ResolvedWebOptions } from './web-options.ts';

/** Puts a client together over a platform. */
export function createClient(options: ResolvedWebOptions, platform: Platform): StitchdWebClient {
  const parts = createParts(options, platform);
  const { live, queue } = parts;
  return {
    ...createReads(parts, options.events && platform.isBrowser, options.usage && options.events && platform.isBrowser),
    ...createSubject(parts, platform.isBrowser),
    ...createEvents(parts, options.events && platform.isBrowser),
    all: () => live.held.values()?.flags ?? {},
    bootstrapped: () => options.bootstrap?.flags,
    onChange: live.changes.add,
    onStatus: (listener) => live.stirred.add(() => listener(parts.status())),
    status: parts.status,
    close() {
      parts.stopVisibility();
      clearInterval(parts.counting);
      parts.recorder.report();
      queue.close();
      live.close();
    },
  };
}

type Parts = ReturnType<typeof createParts>;

function createParts(options: ResolvedWebOptions, platform: Platform) {
  const { logger } = options;
  const scope = fingerprint(`${options.url} ${options.clientKey}`);
  const memory = createMemory(platform, options.consent);
  const identity = createIdentity(platform, memory, () => logger.warn('the context is no JSON; it counts as empty'));
  const newId = (atMs: number): string => uuidv7(atMs, platform.randomBytes(10));
  const kept = createKeptQueue(memory, scope, newId(platform.nowMs()));
  const queue = createEventQueue({ ...options, platform, gateway: options, kept });
  const recorder = createRecorder({ queue, newId, nowMs: platform.nowMs, consent: options.consent });
  let { consent } = options;
  const mayExpose = (): boolean => consent && options.events;
  const live = createLiveValues({ options, platform, identity, cache: createCachedValues(memory, scope), mayExpose });
  if (consent && platform.isBrowser) queue.adopt();
  return {
    memory,
    identity,
    queue,
    recorder,
    live,
    setConsent(granted: boolean): void {
      consent = granted;
      memory.setConsent(granted);
    },
    status: (): WebStatus => ({
      ready: live.held.values() !== undefined,
      source: live.held.source(),
      connection: live.connection(),
      revision: live.held.values()?.revision ?? 0,
      lastError: live.lastError(),
      consent,
      events: queue.counts(),
    }),
    counting: platform.isBrowser ? setInterval(recorder.report, webLimits.usageIntervalMs) : undefined,
    stopVisibility: platform.onVisibility((event) => {
      if (event === 'shown') return;
      recorder.report();
      queue.leave();
    }),
  };
}

type Reads = Pick<
  StitchdWebClient,
  'boolean' | 'string' | 'number' | 'json' | 'booleanDetails' | 'stringDetails' | 'numberDetails' | 'jsonDetails'
>;

function createReads({ live, recorder }: Parts, exposes: boolean, counts: boolean): Reads {
  function read<T>(flagKey: string, type: AskedType, fallback: T, asked?: ReadOptions): FlagDetails<T> {
    const flag = live.held.find(flagKey);
    const details = readValue(flag, flagKey, type, fallback, live.held.values() !== undefined);
    if (counts && flag !== undefined) recorder.count(flagKey, details);
    if (exposes && flag !== undefined && details.errorCode === undefined && asked?.exposure !== false)
      recorder.expose(flagKey, flag, (live.heldFor() ?? live.subject()).context);
    return details;
  }
  return {
    boolean: (flagKey, fallback, asked) => read(flagKey, 'boolean', fallback, asked).value,
    string: (flagKey, fallback, asked) => read(flagKey, 'string', fallback, asked).value,
    number: (flagKey, fallback, asked) => read(flagKey, 'number', fallback, asked).value,
    json: (flagKey, fallback, asked) => read(flagKey, 'json', fallback, asked).value,
    booleanDetails: (flagKey, fallback, asked) => read(flagKey, 'boolean', fallback, asked),
    stringDetails: (flagKey, fallback, asked) => read(flagKey, 'string', fallback, asked),
    numberDetails: (flagKey, fallback, asked) => read(flagKey, 'number', fallback, asked),
    jsonDetails: (flagKey, fallback, asked) => read(flagKey, 'json', fallback, asked),
  };
}

function createSubject(
  { live, identity }: Parts,
  isBrowser: boolean,
): Pick<StitchdWebClient, 'context' | 'setContext' | 'waitUntilReady'> {
  /** Resolves with true once something holds; with false after a time, or once it can't hold any more. */
  async function until(holds: () => boolean, isHopeless: () => boolean, timeoutMs: number): Promise<boolean> {
    const isDecided = (): boolean =>
      holds() || isHopeless() || !isBrowser || live.connection() === 'refused' || live.connection() === 'closed';
    if (isDecided()) return holds();
    const stop = new AbortController();
    const remove = live.stirred.add(() => {
      if (isDecided()) stop.abort();
    });
    await sleep(timeoutMs, stop.signal);
    remove();
    return holds();
  }
  return {
    context: () => live.subject().context,
    setContext(context, asked) {
      const next = identity.subject(context, asked?.contextToken);
      live.change(next);
      const isOutdated = (): boolean => live.subject() !== next;
      return until(() => live.heldFor() === next && !isOutdated(), isOutdated, asked?.timeoutMs ?? webLimits.waitUntilReadyMs);
    },
    waitUntilReady: (asked) =>
      until(
        () => live.held.values() !== undefined,
        () => false,
        asked?.timeoutMs ?? webLimits.waitUntilReadyMs,
      ),
  };
}

function createEvents(parts: Parts, sends: boolean): Pick<StitchdWebClient, 'track' | 'setConsent' | 'flush'> {
  const { live, recorder, queue, identity } = parts;
  return {
    track: (eventKey, asked) => sends && recorder.track(eventKey, live.subject().context, asked),
    setConsent(granted) {
      const hadConsented = parts.status().consent;
      parts.setConsent(granted);
      // What is asked for goes on being asked with the consent that it began with.
      if (hadConsented && !granted) live.change(live.subject());
      if (granted) {
        identity.persist();
        live.persist();
      }
      recorder.setConsent(granted, live.held.find, (live.heldFor() ?? live.subject()).context);
    },
    flush(asked) {
      recorder.report();
      return queue.flush(asked?.timeoutMs ?? webLimits.requestTimeoutMs);
    },
  };
}
