import { toJson, type DescMessage, type JsonObject, type MessageShape } from '@bufbuild/protobuf';

/** A message as REST shows it: camelCase, every scalar present, timestamps in RFC 3339, absent messages left out. */
export function messageJson<D extends DescMessage>(schema: D, message: MessageShape<D>): JsonObject {
  return toJson(schema, message, { alwaysEmitImplicit: true }) as JsonObject;
}
