import type { Transport } from '@connectrpc/connect';
import { currentCall } from './call.ts';
import { longestCallMs } from './limits.ts';
import { problem } from './problem.ts';

/**
 * A transport that is looked up on each call, so that services may be made in any order, and that gives every unary call
 * a deadline: `deadlineMs`, or the call's own `timeoutMs` up to `longestCallMs`, and never more than what is left of the call
 * being served. Streams live until either side ends them.
 */
export function createLazyTransport(find: () => Transport, deadlineMs: number, nowMs: () => number): Transport {
  return {
    unary(method, signal, timeoutMs, header, input, contextValues) {
      const left = (currentCall()?.deadlineMs ?? Number.POSITIVE_INFINITY) - nowMs();
      const limit = Math.min(timeoutMs ?? deadlineMs, Math.max(longestCallMs, deadlineMs), left);
      if (limit <= 0) return Promise.reject(problem('DEADLINE_EXCEEDED', `No time was left to ask ${method.parent.typeName}.`));
      return find().unary(method, signal, Math.ceil(limit), header, input, contextValues);
    },
    stream(method, signal, timeoutMs, header, input, contextValues) {
      return find().stream(method, signal, timeoutMs, header, input, contextValues);
    },
  };
}
