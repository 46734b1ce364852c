import type { AttributeType } from '@stitchd/core';
import type { JsonObject } from '../properties-schema/check-schema.ts';
import { pathBelow, type EventProperty } from './event-property.ts';

const typeNames: Readonly<Record<string, AttributeType>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
};

/** What a definition's schema says by name under `properties`, at any depth; what it says by references or rules is left out. */
export function describedProperties(schema: JsonObject, parent?: string): readonly EventProperty[] {
  return Object.entries(objectAt(schema, 'properties') ?? {}).flatMap(([name, described]) => {
    if (!isObject(described) || name === '') return [];
    const path = pathBelow(parent, name);
    const inside = describedProperties(described, path);
    return inside.length > 0 ? inside : [{ path, types: typesOf(described), values: valuesOf(described) }];
  });
}

function typesOf({ type, enum: listed, const: only }: JsonObject): ReadonlySet<AttributeType> {
  const named = (Array.isArray(type) ? type : [type]).flatMap((one) => typeNames[String(one)] ?? []);
  if (named.length > 0) return new Set(named);
  const values = Array.isArray(listed) ? listed : [only];
  return new Set(values.flatMap((value) => typeNames[typeof value] ?? []));
}

function valuesOf({ enum: listed, const: only }: JsonObject): EventProperty['values'] {
  const values: readonly unknown[] = Array.isArray(listed) ? listed : [only];
  return values.filter((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean');
}

function objectAt(schema: JsonObject, name: string): JsonObject | undefined {
  const value = Object.hasOwn(schema, name) ? schema[name] : undefined;
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
