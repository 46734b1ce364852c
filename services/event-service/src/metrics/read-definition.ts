import type { JsonObject } from '@bufbuild/protobuf';
import { metricParts, parseMetricDefinition, type MetricDefinition } from '@stitchd/core';
import { findEventDefinition } from '@stitchd/db/event';
import { findUnstorableText, type Tx } from '@stitchd/db/postgres';
import { type FieldProblem, refuseProblems } from '../definitions/read-fields.ts';

/** What is wrong is told by its place below this, as a JSON pointer. */
const place = '/definition';

export type ReadDefinition =
  | { readonly definition: MetricDefinition; readonly problems: readonly [] }
  | { readonly definition: undefined; readonly problems: readonly FieldProblem[] };

/** As far as it can be judged without the project. */
export function readDefinition(json: JsonObject | undefined): ReadDefinition {
  if (json === undefined) return { definition: undefined, problems: [{ path: place, message: 'is required' }] };
  const parsed = parseMetricDefinition(json);
  if (parsed.kind === 'ok') {
    const unstorable = findUnstorableText(parsed.value);
    if (unstorable === undefined) return { definition: parsed.value, problems: [] };
    const message = 'must not contain U+0000 or half a surrogate pair';
    return { definition: undefined, problems: [{ path: `${place}${unstorable}`, message }] };
  }
  return {
    definition: undefined,
    problems: parsed.errors.map(({ path, message }) => ({ path: `${place}${path}`, message })),
  };
}

/** @throws VALIDATION_FAILED where an event is not defined, or carries no value and should */
export async function requireEvents(tx: Tx, projectId: string, definition: MetricDefinition): Promise<void> {
  const parts = metricParts(definition);
  const keys = [...new Set(parts.map(({ selection }) => selection.event))];
  const found = await Promise.all(keys.map((key) => findEventDefinition(tx, projectId, key)));
  const events = new Map(keys.map((key, index) => [key, found[index]]));
  const problems = parts.flatMap(({ path, selection, needsValue }): FieldProblem[] => {
    const event = events.get(selection.event);
    if (event === undefined)
      return [{ path: `${place}${path}`, message: `must be the key of an event of this project; ${selection.event} is none` }];
    if (needsValue && event.value_type === 'none')
      return [
        { path: `${place}${path}`, message: `must be an event that carries a value, or name a property: ${event.key} has none` },
      ];
    return [];
  });
  refuseProblems(problems);
}
