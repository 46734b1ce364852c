import { create, toJson, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { MetricDefinition } from '@stitchd/core';
import type { MetricRow, MetricVersionRow } from '@stitchd/db/event';
import { MetricSchema, MetricVersionSchema, type Metric, type MetricVersion } from '@stitchd/proto/event/v1/event';

export function metricMessage(row: MetricRow): Metric {
  return create(MetricSchema, {
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    type: row.type,
    direction: row.direction,
    definition: definitionJson(row.definition),
    definitionVersion: row.definition_version,
    archived: row.archived,
    version: row.version,
    createdAt: timestampFromDate(row.created_at),
    updatedAt: timestampFromDate(row.updated_at),
  });
}

export function metricVersionMessage({ number, definition, created_at: createdAt }: MetricVersionRow): MetricVersion {
  return create(MetricVersionSchema, {
    number,
    definition: definitionJson(definition),
    createdAt: timestampFromDate(createdAt),
  });
}

/** As audit and VERSION_MISMATCH show it. */
export function metricJson(row: MetricRow): JsonObject {
  return toJson(MetricSchema, metricMessage(row), { alwaysEmitImplicit: true }) as JsonObject;
}

/** A definition is plain JSON. */
function definitionJson(definition: MetricDefinition): JsonObject {
  return definition as unknown as JsonObject;
}
