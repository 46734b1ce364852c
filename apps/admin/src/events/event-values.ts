import type { Schemas } from '@stitchd/rest-client';

type EventDefinition = Schemas['EventDefinition'];

/** What the form of an event definition holds. */
export interface EventValues {
  readonly name: string;
  readonly key: string;
  readonly description: string;
  readonly valueType: EventDefinition['valueType'];
  readonly unit: string;
  readonly owner: string;
  readonly requiredContexts: string[];
  /** JSON; empty: any properties. */
  readonly propertiesSchema: string;
}

export const valueTypeNames: Readonly<Record<EventDefinition['valueType'], string>> = {
  none: 'No value',
  boolean: 'True or false',
  integer: 'Whole number',
  double: 'Number',
};

/** @param key - of an undefined event that is to be defined */
export function eventValues(event: EventDefinition | undefined, key = ''): EventValues {
  const schema = event?.propertiesSchema;
  return {
    name: event?.name ?? '',
    key: event?.key ?? key,
    description: event?.description ?? '',
    valueType: event?.valueType ?? 'none',
    unit: event?.unit ?? '',
    owner: event?.owner ?? '',
    requiredContexts: [...(event?.requiredContexts ?? [])],
    propertiesSchema: schema === undefined ? '' : JSON.stringify(schema, undefined, 2),
  };
}

/** What is wrong with the text of a schema before anybody is asked. */
export function schemaTextProblem(text: string): string | null {
  if (text.trim() === '') return null;
  try {
    const schema: unknown = JSON.parse(text);
    const isObject = typeof schema === 'object' && schema !== null && !Array.isArray(schema);
    return isObject ? null : 'A schema is a JSON object';
  } catch (error) {
    return `This is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export function newEventBody(values: EventValues): Schemas['NewEventDefinition'] {
  const { propertiesSchema, name, ...rest } = values;
  const schema = schemaOf(propertiesSchema);
  return { ...rest, name: name || values.key, ...(schema !== null && { propertiesSchema: schema }) };
}

export function eventPatch({
  key: _key,
  valueType: _type,
  propertiesSchema,
  ...rest
}: EventValues): Schemas['EventDefinitionPatch'] {
  return { ...rest, propertiesSchema: schemaOf(propertiesSchema) };
}

function schemaOf(text: string): Schemas['EventDefinitionPatch']['propertiesSchema'] {
  return text.trim() === '' ? null : (JSON.parse(text) as Schemas['NewEventDefinition']['propertiesSchema'] & object);
}
