import type { Assignments } from '../context/context.ts';
import type { ContextHandle } from '../context/context-handle.ts';
import { isPrivateKind, isPrivateUnit, privateNamesOf, type PrivateNames } from '../context/private-attributes.ts';
import type { EvaluationDetails, ExposureSource } from '../evaluation/details.ts';
import { unitOf } from '../evaluation/evaluate.ts';
import { tokenLimits } from './token-limits.ts';
import { unsignedToken, type UnsignedToken } from './token.ts';
import type { AssignmentsPayload, TokenAssignment } from './token-payload.ts';

/** The kind whose key stays when somebody signs in. */
const deviceKind = 'device';

type Unit = Pick<ExposureSource, 'contextKind' | 'attribute'>;

/** The name of a unit inside a token: its kind, and the attribute that stands in for the kind's key. */
export function unitName({ contextKind, attribute }: Unit): string {
  return attribute === undefined ? contextKind : `${contextKind}/${attribute}`;
}

function unitOfName(name: string): Unit {
  const slash = name.indexOf('/');
  return slash === -1
    ? { contextKind: name, attribute: undefined }
    : { contextKind: name.slice(0, slash), attribute: name.slice(slash + 1) };
}

/** Whether nobody has signed in yet: said by the context itself. */
function isAnonymous(context: ContextHandle): boolean {
  return context.attributes['anonymous'] === true;
}

/**
 * The assignments of a token that hold for a context: those of the same unit, and those of a visitor who signs in on the same
 * device. Those of anybody else's don't.
 */
export function heldAssignments(payload: AssignmentsPayload, context: ContextHandle): Assignments {
  const deviceKey = context.kinds.get(deviceKind);
  const goesOver = payload.anonymous === true && deviceKey !== undefined && payload.units[deviceKind] === deviceKey;
  const holds = (unit: string): boolean => {
    const key = unitOf(context, unitOfName(unit));
    return key !== undefined && (payload.units[unit] === key || goesOver);
  };
  const held = Object.create(null) as Record<string, { iterationId: string; variant: string }>;
  for (const [splitId, [iterationId, variant, unit]] of Object.entries(payload.a)) {
    if (holds(unit)) held[splitId] = { iterationId, variant };
  }
  return held;
}

/**
 * What is to be kept of what sticky splits gave a context, with what was held before.
 *
 * @param answers - evaluations for this context
 * @param before - what a valid token brought
 * @returns `undefined` where there is nothing to keep
 */
export function assignmentsPayload(
  context: ContextHandle,
  answers: Iterable<Pick<EvaluationDetails<unknown>, 'exposure'>>,
  before: AssignmentsPayload | undefined,
  issued: { readonly environmentId: string; readonly expiresAtMs: number; readonly privateNames?: PrivateNames },
): AssignmentsPayload | undefined {
  const units: Record<string, string> = Object.create(null) as Record<string, string>;
  const given: Record<string, TokenAssignment> = Object.create(null) as Record<string, TokenAssignment>;
  const names = privateNamesOf(context, issued.privateNames ?? new Set());
  const keep = (splitId: string, iterationId: string, variant: string, unit: string): void => {
    const source = unitOfName(unit);
    // A token is read by whoever holds it: what is private is not in it, and its split decides by buckets alone.
    const key = isPrivateUnit(source, context, names) ? undefined : unitOf(context, source);
    if (key === undefined || key.length > tokenLimits.textLength || Object.hasOwn(given, splitId)) return;
    if (!Object.hasOwn(units, unit) && Object.keys(units).length >= tokenLimits.units - 1) return;
    units[unit] = key;
    given[splitId] = [iterationId, variant, unit];
  };
  for (const { exposure } of answers) {
    if (exposure?.sticky !== true || exposure.splitId === undefined || exposure.iterationId === undefined) continue;
    keep(exposure.splitId, exposure.iterationId, exposure.variant, unitName(exposure));
  }
  for (const [splitId, { iterationId, variant }] of Object.entries(before === undefined ? {} : heldAssignments(before, context)))
    keep(splitId, iterationId, variant, before?.a[splitId]?.[2] ?? '');
  if (Object.keys(given).length === 0) return undefined;
  const deviceKey = isPrivateKind(deviceKind, context, names) ? undefined : context.kinds.get(deviceKind);
  if (deviceKey !== undefined && deviceKey.length <= tokenLimits.textLength) units[deviceKind] = deviceKey;
  const payload = { v: 1, env: issued.environmentId, exp: issued.expiresAtMs, units, a: given } as const;
  return isAnonymous(context) ? { ...payload, anonymous: true } : payload;
}

/** When assignments that are told now expire, in epoch milliseconds. */
function assignmentsExpiry(nowMs: number): number {
  const { assignmentsMs, assignmentsStepMs } = tokenLimits;
  return Math.ceil((nowMs + assignmentsMs) / assignmentsStepMs) * assignmentsStepMs;
}

/**
 * The token of what is to be kept (see `assignmentsPayload`), ready to be signed. What does not fit is left out, what was given
 * longest ago first; such a split decides by its buckets alone.
 *
 * @param issued.nowMs - epoch milliseconds
 */
export function assignmentsToken(
  context: ContextHandle,
  answers: Iterable<Pick<EvaluationDetails<unknown>, 'exposure'>>,
  before: AssignmentsPayload | undefined,
  issued: { readonly environmentId: string; readonly nowMs: number; readonly privateNames?: PrivateNames },
): UnsignedToken | undefined {
  const { nowMs } = issued;
  const payload = assignmentsPayload(context, answers, before, { ...issued, expiresAtMs: assignmentsExpiry(nowMs) });
  if (payload === undefined) return undefined;
  const kept = Object.entries(payload.a);
  for (;;) {
    const token = unsignedToken('assignments', { ...payload, a: Object.fromEntries(kept) });
    if (token !== undefined || kept.length === 0) return token;
    kept.length -= Math.ceil(kept.length / 10);
  }
}
