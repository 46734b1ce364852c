/** An object of which own and ordinary properties may be read by name. */
export type PlainObject = { readonly [name: string]: unknown };

/** Stands for a value that could not be read, such as a getter that throws: unknown, not absent. */
export const unreadable: unique symbol = Symbol('unreadable');

/**
 * Whether a value is an object as JSON would make it, here or in another realm, such as the one in which Jest runs what it
 * tests: no class whose prototype could answer for its properties.
 */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null || isObjectPrototype(prototype);
}

/** Whether it is the `Object.prototype` of some realm: nothing is above it, and it has what all objects inherit. */
function isObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

/** Milliseconds since 1970 of a `Date` of whatever realm, NaN of one that is invalid; `undefined` if the value is none. */
export function dateTimeOf(value: object): number | undefined {
  try {
    // The text is asked first, since it costs less than the exception; it alone could be made up.
    if (Object.prototype.toString.call(value) !== '[object Date]') return undefined;
    return Date.prototype.getTime.call(value);
  } catch {
    return undefined;
  }
}

/** Whether a value is present: JSON can't carry functions and symbols, so that they count as absent. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && typeof value !== 'function' && typeof value !== 'symbol';
}

/** Whether every object inherits a property of this name, so that it may only be read where it is an object's own. */
export function isInheritedName(name: string): boolean {
  return name in Object.prototype;
}

/** Reads an own property, whatever its name. */
export function ownValue(object: PlainObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
