import type { Json, JsonRecord } from './json-schemas.ts';

const prefix = '#/components/schemas/';
const inputSuffix = 'Input';

/**
 * Keeps of the components those that are used, and joins the two of a schema that reads the same sent and answered; one
 * that is only sent loses its suffix.
 */
export function tidyComponents(paths: JsonRecord, schemas: Readonly<Record<string, JsonRecord>>) {
  const used = reachable(paths, schemas);
  const renamed = new Map<string, string>();
  for (const name of used) {
    if (!name.endsWith(inputSuffix)) continue;
    const plain = name.slice(0, -inputSuffix.length);
    if (!used.has(plain) || isSame(schemas[name], schemas[plain])) renamed.set(name, plain);
  }
  const kept = new Set([...used].map((name) => renamed.get(name) ?? name));
  const components = [...kept].toSorted().map((name) => {
    const source = used.has(name) ? name : `${name}${inputSuffix}`;
    return [name, rename(schemas[source] ?? {}, renamed)] as const;
  });
  return { paths: rename(paths, renamed) as JsonRecord, schemas: Object.fromEntries(components) };
}

function reachable(from: Json, schemas: Readonly<Record<string, JsonRecord>>): Set<string> {
  const used = new Set(references(from));
  // A set's iteration goes on to what is added meanwhile.
  for (const name of used) for (const next of references(schemas[name] ?? {})) used.add(next);
  return used;
}

function references(json: Json): string[] {
  return [...JSON.stringify(json).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name = '']) => name);
}

function isSame(sent: Json | undefined, answered: Json | undefined): boolean {
  const plain = (json: Json | undefined) => JSON.stringify(json).replaceAll(/("\$ref":"[^"]+?)Input"/g, '$1"');
  return plain(sent) === plain(answered);
}

function rename(json: Json, renamed: ReadonlyMap<string, string>): Json {
  return JSON.parse(JSON.stringify(json), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(prefix)) return value;
    const name = value.slice(prefix.length);
    return `${prefix}${renamed.get(name) ?? name}`;
  }) as Json;
}
