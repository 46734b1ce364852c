import { create, toJson, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { EventDefinitionRow } from '@stitchd/db/event';
import { EventDefinitionSchema, type EventDefinition } from '@stitchd/proto/event/v1/event';

export function eventDefinitionMessage(row: EventDefinitionRow): EventDefinition {
  return create(EventDefinitionSchema, {
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    valueType: row.value_type,
    unit: row.unit,
    ...(row.properties_schema !== null && { propertiesSchema: JSON.parse(row.properties_schema) as JsonObject }),
    requiredContexts: row.required_contexts,
    owner: row.owner,
    archived: row.archived,
    version: row.version,
    createdAt: timestampFromDate(row.created_at),
    updatedAt: timestampFromDate(row.updated_at),
  });
}

/** As audit and VERSION_MISMATCH show it. */
export function eventDefinitionJson(row: EventDefinitionRow): JsonObject {
  return toJson(EventDefinitionSchema, eventDefinitionMessage(row), { alwaysEmitImplicit: true }) as JsonObject;
}
