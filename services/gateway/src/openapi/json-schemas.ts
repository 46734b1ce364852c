import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';

/** Any part of an OpenAPI document. */
export type Json = string | number | boolean | null | readonly Json[] | JsonRecord;
/** What is undefined is not written. */
export type JsonRecord = { readonly [name: string]: Json | undefined };

interface Override {
  readonly zodSchema: { readonly _zod: { readonly def: { readonly type: string; readonly catchall?: unknown } } };
  readonly jsonSchema: { additionalProperties?: unknown };
}

/**
 * What we answer may gain fields in later releases, so that only requests are closed: the schema of an object that is not
 * strict says nothing about further properties.
 */
function leaveOpen({ zodSchema, jsonSchema }: Override): void {
  const { def } = zodSchema._zod;
  if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
}

const config = { zodToJsonConfig: { target: 'draft-2020-12', override: leaveOpen } } as const;
const transform = createJsonSchemaTransform(config);
const transformComponents = createJsonSchemaTransformObject(config);
const openapiObject = { openapi: '3.1.0', info: { title: '', version: '' } } as const;

/** The JSON Schemas of one operation; named schemas are references to components. */
export function operationSchemas(schemas: {
  readonly querystring?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  readonly response: Readonly<Record<string, z.ZodType>>;
}): { readonly querystring?: JsonRecord; readonly body?: JsonRecord; readonly response?: Readonly<Record<string, JsonRecord>> } {
  const made = transform({ schema: schemas, url: '/', openapiObject, route: {} } as unknown as Parameters<typeof transform>[0]);
  return made.schema as unknown as ReturnType<typeof operationSchemas>;
}

/** Every named schema, once as it is sent (`…Input`) and once as it is answered. */
export function componentSchemas(): Readonly<Record<string, JsonRecord>> {
  const made = transformComponents({ openapiObject } as unknown as Parameters<typeof transformComponents>[0]);
  const { components } = made as { readonly components?: { readonly schemas?: unknown } };
  return components?.schemas as Readonly<Record<string, JsonRecord>>;
}
