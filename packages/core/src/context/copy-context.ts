import { maxContextDepth, maxContextValues } from './context-limits.ts';
import { dateTimeOf, isPlainObject, type PlainObject, unreadable } from './plain-object.ts';

/** Copies values of unknown origin: cycles, depth, size, getters and proxies that throw can do it no harm. */
class ContextCopier {
  private remaining = maxContextValues;

  copy(value: unknown, depth: number): unknown {
    if (this.remaining-- <= 0) return unreadable;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > maxContextDepth) return unreadable;
    try {
      if (Array.isArray(value)) return this.copyList(value, depth);
      const dateTime = dateTimeOf(value);
      if (dateTime !== undefined) return new Date(dateTime);
      return this.copyObject(value, depth);
    } catch {
      return unreadable;
    }
  }

  private copyList(list: readonly unknown[], depth: number): readonly unknown[] {
    const copy: unknown[] = [];
    for (let i = 0; i < list.length && this.remaining > 0; i++) copy.push(this.read(list, i, depth));
    if (copy.length < list.length) copy.push(unreadable);
    return Object.freeze(copy);
  }

  private copyObject(object: object, depth: number): PlainObject {
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(object)) {
      const value = this.read(object, name, depth);
      // Assigning `__proto__` would change the prototype.
      if (name === '__proto__') Object.defineProperty(copy, name, { value, enumerable: true });
      else copy[name] = value;
    }
    return Object.freeze(copy);
  }

  private read(holder: object, name: string | number, depth: number): unknown {
    let value: unknown;
    try {
      value = Reflect.get(holder, name);
    } catch {
      return unreadable;
    }
    return this.copy(value, depth + 1);
  }
}

const nothing: PlainObject = Object.freeze({});

/** A frozen deep copy of a context's own enumerable properties; of anything but an object, an empty one. Never throws. */
export function copyContext(input: unknown): PlainObject {
  const copy = new ContextCopier().copy(input, 0);
  return isPlainObject(copy) ? copy : nothing;
}
