import { eventValueTypes, type EventValueType } from '@stitchd/core';
import { isStorableText } from '@stitchd/db/postgres';
import type { CreateEventDefinitionRequest, UpdateEventDefinitionRequest } from '@stitchd/proto/event/v1/event';
import type { EventDefinitionRow } from '@stitchd/db/event';
import { eventServiceLimits } from '../limits.ts';
import type { JsonObject } from '../properties-schema/check-schema.ts';
import { schemaProblems } from '../properties-schema/compile-schema.ts';
import { choiceProblems, keyProblems, lengthProblems, refuseProblems, textProblems, type FieldProblem } from './read-fields.ts';

/** What of a definition may be changed. */
interface DefinitionFields {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly owner: string;
  readonly requiredContexts: readonly string[];
  readonly propertiesSchema: string | null;
}

/** @throws VALIDATION_FAILED naming every field that is wrong */
export function readNewDefinition(
  request: CreateEventDefinitionRequest,
): DefinitionFields & { readonly key: string; readonly valueType: EventValueType } {
  const { key, description, unit, owner, requiredContexts, propertiesSchema } = request;
  const name = request.name === '' ? key : request.name;
  const fields = { name, description, unit, owner, requiredContexts, propertiesSchema: schemaText(propertiesSchema) };
  const valueType = eventValueTypes.find((choice) => choice === request.valueType);
  refuseProblems([
    ...keyProblems('key', key),
    ...fieldProblems(fields),
    ...choiceProblems('valueType', request.valueType, eventValueTypes),
    ...givenSchemaProblems(propertiesSchema),
  ]);
  if (valueType === undefined) throw new Error('an unknown type of value is refused');
  return { ...fields, key, valueType };
}

/**
 * The definition as a request wants it; what is left out stays as it is.
 * @throws VALIDATION_FAILED naming every field that is wrong
 */
export function readChangedDefinition(
  request: UpdateEventDefinitionRequest,
  current: EventDefinitionRow,
): DefinitionFields & { readonly archived: boolean } {
  const { propertiesSchema, clearPropertiesSchema } = request;
  const kept = clearPropertiesSchema ? null : current.properties_schema;
  const fields = {
    name: request.name ?? current.name,
    description: request.description ?? current.description,
    unit: request.unit ?? current.unit,
    owner: request.owner ?? current.owner,
    requiredContexts: request.requiredContexts?.items ?? current.required_contexts,
    propertiesSchema: schemaText(propertiesSchema) ?? kept,
    archived: request.archived ?? current.archived,
  };
  refuseProblems([...fieldProblems(fields), ...givenSchemaProblems(propertiesSchema)]);
  return fields;
}

function schemaText(schema: object | undefined): string | null {
  return schema === undefined ? null : JSON.stringify(schema);
}

function givenSchemaProblems(schema: object | undefined): readonly FieldProblem[] {
  if (schema === undefined) return [];
  const path = 'propertiesSchema';
  if (!isStorableText(JSON.stringify(schema))) return [{ path, message: 'must not contain U+0000 or half a surrogate pair' }];
  return schemaProblems(schema as JsonObject, path);
}

function fieldProblems(fields: DefinitionFields): readonly FieldProblem[] {
  const { unitLength, ownerLength } = eventServiceLimits;
  return [
    ...textProblems(fields),
    ...lengthProblems('unit', fields.unit, unitLength),
    ...lengthProblems('owner', fields.owner, ownerLength),
    ...contextProblems(fields.requiredContexts),
  ];
}

function contextProblems(kinds: readonly string[]): readonly FieldProblem[] {
  const { requiredContexts, settingNameLength } = eventServiceLimits;
  const path = 'requiredContexts';
  if (kinds.length > requiredContexts) return [{ path, message: `must have at most ${requiredContexts} context kinds` }];
  return kinds.flatMap((kind, index) => [
    ...(kind === '' ? [{ path: `${path}/${index}`, message: 'must not be empty' }] : []),
    ...lengthProblems(`${path}/${index}`, kind, settingNameLength),
    ...(kinds.indexOf(kind) === index ? [] : [{ path: `${path}/${index}`, message: 'is given twice' }]),
  ]);
}
