import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '../identity/principal.ts';

/** What belongs to one request and follows it from process to process. */
export interface Call {
  readonly requestId: string;
  /** Undefined while nobody is known yet. */
  readonly principal: Principal | undefined;
  /** Epoch milliseconds; work for this call is pointless after it. */
  readonly deadlineMs: number | undefined;
  /** By which a client may repeat a write safely; the owning service stores it with the write. */
  readonly idempotencyKey?: string | undefined;
}

const storage = new AsyncLocalStorage<Call>();

/** Runs `work` as part of a call: whatever it asks of other services carries that call's identity and deadline. */
export function withCall<T>(call: Call, work: () => T): T {
  return storage.run(call, work);
}

export function currentCall(): Call | undefined {
  return storage.getStore();
}

/**
 * The principal of the call that is being served.
 * @throws Error outside a call: a programmer's mistake.
 */
export function currentPrincipal(): Principal {
  const principal = storage.getStore()?.principal;
  if (principal === undefined) throw new Error('no principal: this code runs outside a call');
  return principal;
}
