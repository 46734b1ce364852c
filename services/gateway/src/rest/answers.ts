import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import type { Answer } from './endpoint.ts';

/** A resource as it is now, with its version as ETag where it has one. */
export function resource(body: JsonObject): Answer {
  return { body, ...(typeof body['version'] === 'number' && { version: body['version'] }) };
}

/** A resource that was just made, and where it is. */
export function created(body: JsonObject, location: string): Answer {
  return { ...resource(body), status: 201, headers: { location } };
}

/** A text of an answer; empty where it is no text. */
export function textOf(body: JsonObject, ...path: readonly string[]): string {
  const value = path.reduce<JsonValue | undefined>(
    (at, name) => (typeof at === 'object' && at !== null && !Array.isArray(at) ? at[name] : undefined),
    body,
  );
  return typeof value === 'string' ? value : '';
}
