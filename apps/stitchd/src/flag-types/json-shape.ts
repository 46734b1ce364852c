import type { JsonValue } from '@stitchd/core';

/** Levels of a value that are described; below them it is `unknown`. */
export const maxShapeDepth = 12;

/** Properties of one object that are described; an object with more of them is a dictionary. */
export const maxShapeProperties = 100;

/** The TypeScript type of a value that is one of these: properties that some lack are optional, lists are of what any holds. */
export function shapeOf(values: readonly JsonValue[], depth = 0): string {
  if (depth > maxShapeDepth) return 'unknown';
  const parts = new Set<string>();
  for (const value of values) if (typeof value !== 'object' || value === null) parts.add(value === null ? 'null' : typeof value);
  const lists = values.filter((value) => Array.isArray(value));
  if (lists.length > 0) parts.add(`readonly (${shapeOf(lists.flat() as readonly JsonValue[], depth + 1)})[]`);
  const objects = values.filter(isObject);
  if (objects.length > 0) parts.add(objectShape(objects, depth));
  // A list that is empty wherever it stands says nothing of what it may hold.
  return parts.size === 0 ? 'unknown' : [...parts].sort(byCodePoint).join(' | ');
}

type JsonObject = { readonly [name: string]: JsonValue };

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectShape(objects: readonly JsonObject[], depth: number): string {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].sort(byCodePoint);
  if (names.length > maxShapeProperties) {
    const inside = objects.flatMap((object) => Object.values(object));
    return `{ readonly [name: string]: ${shapeOf(inside, depth + 1)} }`;
  }
  const properties = names.map((name) => {
    const held = objects.filter((object) => Object.hasOwn(object, name));
    const optional = held.length < objects.length ? '?' : '';
    return `readonly ${propertyName(name)}${optional}: ${shapeOf(
      held.map((object) => object[name] as JsonValue),
      depth + 1,
    )}`;
  });
  return properties.length === 0 ? '{ readonly [name: string]: never }' : `{ ${properties.join('; ')} }`;
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : textLiteral(name);
}

/** Text as a literal of TypeScript. */
export function textLiteral(text: string): string {
  const inside = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  // These two end a line in source text, and not in JSON.
  return `'${inside.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** The same order wherever it is run. */
export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
