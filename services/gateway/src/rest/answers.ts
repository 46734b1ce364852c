import type { JsonObject } from '@bufbuild/protobuf';
import type { Answer } from './endpoint.ts';

/** A resource as it is now, with its version as ETag where it has one. */
export function resource(body: JsonObject): Answer {
  return { body, ...(typeof body['version'] === 'number' && { version: body['version'] }) };
}

/** A resource that was just made, and where it is. */
export function created(body: JsonObject, location: string): Answer {
  return { ...resource(body), status: 201, headers: { location } };
}

/** A nested message of an answer. */
export function part(body: JsonObject, name: string): JsonObject {
  const value = body[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
