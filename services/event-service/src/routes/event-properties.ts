import { fromJson } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { findEventDefinition } from '@stitchd/db/event';
import type { ListEventPropertiesRequest } from '@stitchd/proto/event/v1/event_traffic';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { describedProperties } from '../event-properties/described-properties.ts';
import type { EventProperty } from '../event-properties/event-property.ts';
import { seenProperties, type SampledEvent } from '../event-properties/seen-properties.ts';
import { eventServiceLimits } from '../limits.ts';
import type { JsonObject } from '../properties-schema/check-schema.ts';

const { sampled, days, listed, seconds } = eventServiceLimits.eventProperties;

/** The hour in which an item's id was made, as the table is sorted. */
const madeHour = "toStartOfHour(UUIDv7ToDateTime(item_id, 'UTC'))";

// Copies of an event say nothing new, so that none has to be looked for.
const sampleSql = `
  SELECT toString(uid) AS unit, properties FROM event
  WHERE environment_id = {environmentId:UUID} AND event = {event:String} AND properties != ''
    AND ${madeHour} >= toStartOfHour(fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC'))
  ORDER BY environment_id DESC, event DESC, ${madeHour} DESC LIMIT {most:UInt32}`;

/** What events of a key have: what their definition says first, then what was seen lately, the most frequent first. */
export async function listEventProperties(ctx: EventContext, { eventKey }: ListEventPropertiesRequest) {
  const scope = environmentScope();
  const definition = await ctx.database.inTenant(scope.organisationId, (tx) =>
    findEventDefinition(tx, scope.projectId, eventKey),
  );
  if (definition === undefined) throw problem('NOT_FOUND', `There is no event ${JSON.stringify(eventKey)} in this project.`);
  const described =
    definition.properties_schema === null ? [] : describedProperties(JSON.parse(definition.properties_schema) as JsonObject);
  const [{ observeValues }, events] = await Promise.all([
    ctx.environmentSettings.get(scope),
    ctx.store.query<SampledEvent>({
      environmentId: scope.environmentId,
      sql: sampleSql,
      params: { event: eventKey, sinceMs: ctx.nowMs() - days * 86_400_000, most: sampled },
      limits: { executionSeconds: seconds },
    }),
  ]);
  const seen = new Map(seenProperties(events, observeValues).map((property) => [property.path, property]));
  const items = [
    ...described.map((property) => ({ ...joined(property, seen.get(property.path)), isDefined: true })),
    ...[...seen.values()]
      .filter(({ path }) => !described.some((property) => property.path === path))
      .map((property) => ({ ...property, isDefined: false })),
  ];
  return { items: items.slice(0, listed).map(propertyMessage), truncated: items.length > listed };
}

/** Values that the definition lists are all there are. */
function joined(described: EventProperty, seen: EventProperty | undefined): EventProperty {
  const types = described.types.size > 0 ? described.types : (seen?.types ?? described.types);
  return { path: described.path, types, values: described.values.length > 0 ? described.values : (seen?.values ?? []) };
}

function propertyMessage({ path, types, values, isDefined }: EventProperty & { readonly isDefined: boolean }) {
  return {
    property: path,
    types: [...types].toSorted(),
    values: values.slice(0, eventServiceLimits.listedValues).map((value) => fromJson(ValueSchema, value)),
    isDefined,
  };
}
