/** An object of which own and ordinary properties may be read by name. */
export type PlainObject = { readonly [name: string]: unknown };

/** Stands for a value that could not be read, such as a getter that throws: unknown, not absent. */
export const unreadable: unique symbol = Symbol('unreadable');

/** Whether a value is an object as JSON would make it: no class whose prototype could answer for its properties. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
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
