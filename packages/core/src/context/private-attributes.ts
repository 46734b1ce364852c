import type { ExposureSource } from '../evaluation/details.ts';
import { isKindObject, namesOnTheWay } from './attribute-reader.ts';
import type { ResolvedContext } from './context-handle.ts';
import type { PlainObject } from './plain-object.ts';

/** Names of attributes, or paths to them, that never leave the process. */
export type PrivateNames = ReadonlySet<string>;

/** The names that are private in a context: the client's, and the context's own. */
export function privateNamesOf(context: Pick<ResolvedContext, 'attributes'>, ofClient: PrivateNames): PrivateNames {
  const own = context.attributes['privateAttributes'];
  if (!Array.isArray(own) || own.length === 0) return ofClient;
  return new Set([...ofClient, ...own.filter((name): name is string => typeof name === 'string')]);
}

/** Whether the key of a context kind must not leave the process: by the kind's name, or by that of its key. */
export function isPrivateKind(kind: string, context: Pick<ResolvedContext, 'rootKind'>, names: PrivateNames): boolean {
  if (names.size === 0) return false;
  return kind === context.rootKind
    ? ['targetingKey', '/targetingKey', 'key', '/key'].some((name) => names.has(name))
    : [kind, `/${kind}`, `/${kind}/key`].some((name) => names.has(name));
}

function leadsThrough(way: readonly string[], start: readonly string[]): boolean {
  return start.every((name, index) => way[index] === name);
}

/**
 * Whether an attribute of a kind must not leave the process: by its kind, by its name or any that its path goes through, and
 * where its value is an object also by what lies within. A name hides the attributes of that name of all kinds.
 */
export function isPrivateAttribute(
  { contextKind, attribute, value }: { readonly contextKind: string; readonly attribute: string; readonly value?: unknown },
  context: Pick<ResolvedContext, 'rootKind'>,
  names: PrivateNames,
): boolean {
  if (names.size === 0) return false;
  const way = namesOnTheWay(attribute);
  const isRoot = contextKind === context.rootKind;
  const isKey = way.length === 1 && (way[0] === 'key' || (isRoot && way[0] === 'targetingKey'));
  if ((isKey || !isRoot) && isPrivateKind(contextKind, context, names)) return true;
  if (isKey) return false;
  const ways = [way, [contextKind, ...way]];
  const mayHold = typeof value === 'object';
  return [...names]
    .map(namesOnTheWay)
    .some((hidden) => ways.some((one) => leadsThrough(one, hidden) || (mayHold && leadsThrough(hidden, one))));
}

/** Whether the unit of a split must not leave the process: neither by an exposure nor by a token. */
export function isPrivateUnit(
  { contextKind, attribute }: Pick<ExposureSource, 'contextKind' | 'attribute'>,
  context: Pick<ResolvedContext, 'rootKind'>,
  names: PrivateNames,
): boolean {
  return attribute === undefined
    ? isPrivateKind(contextKind, context, names)
    : isPrivateAttribute({ contextKind, attribute }, context, names);
}

/** A context's attributes without those that are private, in all of its kinds; a path hides all of its first name. */
export function publicAttributes(context: ResolvedContext, names: PrivateNames): Readonly<Record<string, unknown>> {
  if (names.size === 0) return context.attributes;
  const hidden = new Set([...names].map((name) => namesOnTheWay(name)[0]));
  if (hidden.has('key')) hidden.add('targetingKey');
  const shown = Object.entries(context.attributes).filter(([name]) => !hidden.has(name));
  return Object.freeze(
    Object.fromEntries(shown.map(([name, value]) => [name, isKindObject(value) ? kindWithout(value, hidden) : value])),
  );
}

/** `key` is the name of the top level's key: that of another kind is hidden by the kind's name. */
function kindWithout(kind: PlainObject, hidden: ReadonlySet<string | undefined>): PlainObject {
  const entries = Object.entries(kind);
  const shown = entries.filter(([name]) => name === 'key' || !hidden.has(name));
  return shown.length === entries.length ? kind : Object.freeze(Object.fromEntries(shown));
}
