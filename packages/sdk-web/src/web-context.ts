import type { EvaluationContext } from '@stitchd/core';
import { hashUnit, isPrivateKind, privateNamesOf } from '@stitchd/core';

/** The kind that stands for this browser. */
export const deviceKind = 'device';

function isKind(value: unknown): value is { readonly key: string } {
  return typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string';
}

/** The device that a context names itself. */
export function deviceOf(context: EvaluationContext): string | undefined {
  const device = context[deviceKind];
  return isKind(device) ? device.key : undefined;
}

/**
 * The context that is sent: the application's own with this device. A visitor without a key who says to be anonymous is known by
 * the device, which is private as their key where it is private as their device.
 */
export function sentContext(context: EvaluationContext, device: string): EvaluationContext {
  const withDevice = isKind(context[deviceKind]) ? context : { ...context, [deviceKind]: { key: device } };
  const isNameless = context.targetingKey === undefined || context.targetingKey === '';
  if (!isNameless || context['anonymous'] !== true) return withDevice;
  const names = privateNamesOf({ attributes: context }, new Set());
  if (!isPrivateKind(deviceKind, { rootKind: '' }, names)) return { ...withDevice, targetingKey: device };
  return { ...withDevice, targetingKey: device, privateAttributes: [...names, 'targetingKey'] };
}

/** By kind: the key, unless it is private. What events tell of a context. */
export function keysOf(context: EvaluationContext): Readonly<Record<string, string>> {
  const rootKind = typeof context.kind === 'string' && context.kind !== '' ? context.kind : 'user';
  const names = privateNamesOf({ attributes: context }, new Set());
  const nested = Object.entries(context).flatMap(([name, value]) =>
    name !== rootKind && isKind(value) ? [[name, value.key]] : [],
  );
  const { targetingKey } = context;
  const all = typeof targetingKey === 'string' ? [...nested, [rootKind, targetingKey]] : nested;
  return Object.fromEntries(all.filter(([kind = '', key]) => key !== '' && !isPrivateKind(kind, { rootKind }, names))) as Record<
    string,
    string
  >;
}

/** JSON with sorted names, so that equal contexts are equal text. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, inner]) => [name, canonical(inner)]);
}

/** Stands for a text without telling it: 16 hex digits. */
export function fingerprint(text: string): string {
  const { h1, h2 } = hashUnit(text);
  return [h1, h2].map((hash) => hash.toString(16).padStart(8, '0')).join('');
}

/**
 * A context as JSON, with its fingerprint.
 * @throws for a context with cycles, BigInt or getters that throw
 */
export function readyContext(context: EvaluationContext): { readonly json: string; readonly print: string } {
  const json = JSON.stringify(context);
  // As it is sent: a date is text then.
  return { json, print: fingerprint(JSON.stringify(canonical(JSON.parse(json)))) };
}
