import { copyContext } from './copy-context.ts';
import { internalised } from './internalised.ts';
import { isInheritedName, isPlainObject, ownValue, type PlainObject, unreadable } from './plain-object.ts';

/** The kind of the top level where `kind` does not say otherwise. */
export const defaultKind = 'user';

/** A context as the evaluator reads it. */
export interface ContextView {
  readonly attributes: PlainObject;
  /** The kind to which the top level belongs. */
  readonly rootKind: string;
}

/** The kind named by a context's top level. */
export function rootKindOf(attributes: PlainObject): string {
  const kind = attributes['kind'];
  return typeof kind === 'string' && kind !== '' ? kind : defaultKind;
}

/** Whether a value at the top level is a context kind of its own and not an attribute. */
export function isKindObject(value: unknown): value is PlainObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    typeof ownValue(value as PlainObject, 'key') === 'string'
  );
}

/** The object that holds a kind's attributes where the kind is not the root's; `undefined` if the context lacks it. */
function nestedKind(view: ContextView, kind: string, inherited: boolean): PlainObject | undefined {
  const value = inherited ? ownValue(view.attributes, kind) : view.attributes[kind];
  if (!isKindObject(value)) return undefined;
  return isPlainObject(value) ? value : copyContext(value);
}

/** Reads one attribute of one kind; `undefined` if it is missing. May throw if the context's own getters do. */
export type AttributeReader = (view: ContextView) => unknown;

/** The property of the top level that is the attribute of its kind; `undefined` for paths and for names that objects inherit. */
export function rootAttributeName(attribute: string): string | undefined {
  if (attribute.startsWith('/') || isInheritedName(attribute)) return undefined;
  return internalised(attribute === 'key' ? 'targetingKey' : attribute);
}

/**
 * Prepares the reading of an attribute: a name, or a path that begins with a slash (RFC 6901, through objects only).
 * `key` is the kind's key: at the top level the targeting key.
 */
export function attributeReader(kind: string, attribute: string): AttributeReader {
  return attribute.startsWith('/') ? pathReader(kind, attribute) : nameReader(kind, attribute);
}

function nameReader(contextKind: string, name: string): AttributeReader {
  const kind = internalised(contextKind);
  const rootName = internalised(name === 'key' ? 'targetingKey' : name);
  const kindInherited = isInheritedName(kind);
  const nameInherited = isInheritedName(name);
  return (view) => {
    if (view.rootKind === kind && !nameInherited) {
      const value = view.attributes[rootName];
      return typeof value === 'object' ? unlessKind(value) : value;
    }
    if (view.rootKind === kind) return unlessKind(ownValue(view.attributes, rootName));
    const holder = nestedKind(view, kind, kindInherited);
    if (holder === undefined) return undefined;
    return nameInherited ? ownValue(holder, name) : holder[name];
  };
}

/** Another kind is not an attribute of this one. */
function unlessKind(value: unknown): unknown {
  return isKindObject(value) ? undefined : value;
}

/** The names that lead to an attribute: those of a path (RFC 6901), or the one that it is. */
export function namesOnTheWay(attribute: string): readonly string[] {
  if (!attribute.startsWith('/')) return [attribute];
  const names = attribute.slice(1).split('/');
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function pathReader(kind: string, path: string): AttributeReader {
  const [first = '', ...rest] = namesOnTheWay(path);
  const readFirst = nameReader(kind, first);
  return (view) => {
    let value = readFirst(view);
    for (const name of rest) {
      if (value === unreadable) return value;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      value = ownValue(value as PlainObject, name);
    }
    return value;
  };
}
