import { ContextHandle, privateNamesOf, resolveContext, sentUnits, type EvaluationContext } from '@stitchd/core';
import { errorText } from '../guarded-call.ts';
import type { Units } from './item.ts';
import type { Tracker } from './track.ts';

/**
 * Queues a statement that the keys of two contexts belong to one another, such as a device to the user who has just signed in.
 * What can not be one is counted and told; never throws. Answers whether it was queued.
 */
export function identify(from: EvaluationContext | ContextHandle, to: EvaluationContext | ContextHandle, into: Tracker): boolean {
  try {
    const [first, second] = [unitsIn(from, into), unitsIn(to, into)];
    const unlike = Object.keys(first).find((kind) => second[kind] !== undefined && second[kind] !== first[kind]);
    if (unlike !== undefined) return refuse(into, `identify was called with two keys of the kind ${unlike}`);
    const context = { ...first, ...second };
    if (Object.keys(context).length < 2) return refuse(into, 'identify was called without keys of two kinds');
    const at = into.nowMs();
    return into.queue.add({ type: 'identify', id: into.newId(at), at, context });
  } catch (error) {
    return refuse(into, `an identity could not be read: ${errorText(error)}`);
  }
}

function unitsIn(context: EvaluationContext | ContextHandle, into: Tracker): Units {
  const resolved = ContextHandle.is(context) ? context : resolveContext(context);
  return sentUnits(resolved, privateNamesOf(resolved, into.privateNames));
}

function refuse(into: Tracker, problem: string): false {
  into.queue.drop('invalid', problem);
  return false;
}
