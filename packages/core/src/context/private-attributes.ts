import type { ExposureSource } from '../evaluation/details.ts';
import type { ResolvedContext } from './context-handle.ts';

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

/** Whether an attribute of a kind must not leave the process: by its name, by the first name of its path, or by its kind. */
function isPrivateAttribute(
  kind: string,
  attribute: string,
  context: Pick<ResolvedContext, 'rootKind'>,
  names: PrivateNames,
): boolean {
  if (names.size === 0) return false;
  const first = attribute.startsWith('/') ? (attribute.split('/')[1] ?? '') : attribute;
  return (
    (kind !== context.rootKind && isPrivateKind(kind, context, names)) ||
    [attribute, first, `/${first}`, `/${kind}/${first}`].some((name) => names.has(name))
  );
}

/** Whether the unit of a split must not leave the process: neither by an exposure nor by a token. */
export function isPrivateUnit(
  { contextKind, attribute }: Pick<ExposureSource, 'contextKind' | 'attribute'>,
  context: Pick<ResolvedContext, 'rootKind'>,
  names: PrivateNames,
): boolean {
  return attribute === undefined
    ? isPrivateKind(contextKind, context, names)
    : isPrivateAttribute(contextKind, attribute, context, names);
}

/** A context's attributes without those that are private; a path hides all of its first name. */
export function publicAttributes(context: ResolvedContext, names: PrivateNames): Readonly<Record<string, unknown>> {
  if (names.size === 0) return context.attributes;
  const hidden = new Set([...names].map((name) => (name.startsWith('/') ? (name.split('/')[1] ?? '') : name)));
  if (hidden.has('key')) hidden.add('targetingKey');
  return Object.freeze(Object.fromEntries(Object.entries(context.attributes).filter(([name]) => !hidden.has(name))));
}
