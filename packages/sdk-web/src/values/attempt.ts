import type { ContextValues } from '@stitchd/core';
import type { Platform } from '../platform/platform.ts';
import { webLimits } from '../web-limits.ts';
import { failureOf, failureOfResponse, post, type Failure, type Gateway } from './ask-gateway.ts';
import { createEventReader, type ServerEvent } from './event-reader.ts';
import { readValues } from './held-values.ts';

/** What is asked for: the values of one context. */
export interface ValuesRequest {
  readonly gateway: Gateway;
  readonly fetch: Platform['fetch'];
  /** Made for each attempt: the token of assignments changes. */
  readonly body: () => string;
  /** Of the values at hand, where they are of this context. */
  readonly etag: () => string | undefined;
  readonly onValues: (values: ContextValues) => void;
  /** The values at hand are what the server would answer. */
  readonly onConfirmed: () => void;
}

/** `unsuitable`: this way of asking does not work here. */
export type Attempted = Failure | { readonly kind: 'answered' | 'ended' | 'unsuitable' };

const unusable: Failure = { kind: 'failed', reason: 'the answer is no values' };

/** Gives up after a time, which can be set anew. */
function deadline(controller: AbortController, milliseconds: number) {
  let timer = setTimeout(() => controller.abort(), milliseconds);
  return {
    extend(to: number): void {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), to);
    },
    clear: () => clearTimeout(timer),
  };
}

function linked(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  else signal.addEventListener('abort', () => controller.abort(), { once: true });
  return controller;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Asks once. Never throws. */
export async function askOnce(request: ValuesRequest, signal: AbortSignal): Promise<Attempted> {
  const controller = linked(signal);
  const time = deadline(controller, webLimits.requestTimeoutMs);
  const etag = request.etag();
  try {
    const asked = { etag, signal: controller.signal };
    const response = await post(request.fetch, request.gateway, '/v1/sdk/values', request.body(), asked);
    if (response.status === 304) {
      request.onConfirmed();
      return { kind: 'answered' };
    }
    if (!response.ok) return await failureOfResponse(response);
    const text = await response.text();
    const values = text.length > webLimits.maxValuesCharacters ? undefined : readValues(JSON.parse(text));
    if (values === undefined) return unusable;
    request.onValues(values);
    return { kind: 'answered' };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error) };
  } finally {
    time.clear();
  }
}

/** No such path, a context that is too large to be kept, as many streams as the gateway holds: one request is answered all the same. */
const unsuitable = new Set([404, 405, 413, 429, 501]);

/** Follows changes until the stream ends, is silent for too long, or is given up. Never throws. */
export async function followChanges(request: ValuesRequest, signal: AbortSignal, onTold: () => void): Promise<Attempted> {
  const controller = linked(signal);
  const time = deadline(controller, webLimits.firstEventMs);
  const etag = request.etag();
  let hasTold = false;
  try {
    const asked = { etag, signal: controller.signal };
    const response = await post(request.fetch, request.gateway, '/v1/sdk/values/stream', request.body(), asked);
    if (unsuitable.has(response.status) || (response.ok && response.body === null)) return { kind: 'unsuitable' };
    if (!response.ok || response.body === null) return await failureOfResponse(response);
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const read = createEventReader(webLimits.maxValuesCharacters);
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      time.extend(webLimits.silenceMs);
      const events = read(decoder.decode(step.value, { stream: true }));
      if (!hasTold) onTold();
      // A first sign without values: the server has the same.
      if (!hasTold && etag !== undefined && events.length === 0) request.onConfirmed();
      hasTold = true;
      for (const event of events) {
        const failure = take(event, request);
        if (failure !== undefined) return failure;
      }
    }
    return hasTold ? { kind: 'ended' } : { kind: 'failed', reason: 'the stream ended at once' };
  } catch (error) {
    if (!hasTold && !signal.aborted && controller.signal.aborted) return { kind: 'unsuitable' };
    return hasTold ? { kind: 'ended' } : { kind: 'failed', reason: reasonOf(error) };
  } finally {
    time.clear();
    controller.abort();
  }
}

function take({ event, data }: ServerEvent, request: ValuesRequest): Failure | undefined {
  const told: unknown = JSON.parse(data);
  if (event === 'error') {
    const status = typeof told === 'object' && told !== null && 'status' in told ? Number(told.status) : 503;
    return failureOf(status, told);
  }
  if (event !== 'values') return undefined;
  const values = readValues(told);
  if (values === undefined) return unusable;
  request.onValues(values);
  return undefined;
}
