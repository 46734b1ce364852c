import { linearPattern } from '@stitchd/core';
import { Ajv2020, type ErrorObject, type Options } from 'ajv/dist/2020.js';
import type { FieldProblem } from '../definitions/read-fields.ts';
import { eventServiceLimits } from '../limits.ts';
import { schemaBoundProblems, type JsonObject } from './check-schema.ts';
import { schemaFormats } from './schema-formats.ts';

/** What is wrong with an event's properties: the place and the reason; undefined where they fit. */
export type PropertiesProblem = (properties: Readonly<Record<string, unknown>>) => string | undefined;

const limits = eventServiceLimits.propertiesSchema;

/** ajv's patterns, matched in linear time: those of a schema are whatever somebody wrote. */
const linearPatterns = Object.assign(
  (pattern: string) => {
    const matches = linearPattern(pattern, limits.patternSize);
    if (matches === undefined) throw new Error(`no usable pattern: ${pattern}`);
    // A name of its own: ajv takes patterns with the same text for the same.
    return { test: (text: string) => text.length <= limits.patternTextLength && matches(text), toString: () => pattern };
  },
  { code: 'linearPattern' },
);

const options: Options = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allErrors: false,
  // `constructor` is no property of anything that was sent.
  ownProperties: true,
  code: { regExp: linearPatterns },
  formats: schemaFormats,
  logger: false,
};

// One for the meta-schema; each schema gets an instance of its own, since one keeps what it has ever compiled.
let metaSchema: Ajv2020 | undefined;

/** Why a schema can't be used; empty where it can. */
export function schemaProblems(schema: JsonObject, path: string): readonly FieldProblem[] {
  const bounds = schemaBoundProblems(schema, path);
  if (bounds.length > 0) return bounds;
  metaSchema ??= new Ajv2020({ logger: false });
  if (metaSchema.validateSchema(schema) !== true) {
    const [error] = metaSchema.errors ?? [];
    return [{ path: `${path}${error?.instancePath ?? ''}`, message: error?.message ?? 'is no JSON Schema' }];
  }
  try {
    compileSchema(schema);
    return [];
  } catch (error) {
    // What is a schema by the letter and can't mean anything, such as keywords that contradict each other.
    return [{ path, message: error instanceof Error ? error.message : 'can not be compiled' }];
  }
}

/** @throws Error for what `schemaProblems` finds a problem in */
export function compileSchema(schema: JsonObject): PropertiesProblem {
  const { $schema: _dialect, ...rest } = schema;
  const validate = new Ajv2020({ ...options, meta: false, validateSchema: false }).compile(rest);
  return (properties) => (validate(properties) ? undefined : sentenceOf(validate.errors?.[0]));
}

function sentenceOf(error: ErrorObject | undefined): string {
  const { instancePath = '', message = 'is not right', params = {} } = error ?? {};
  const more = typeof params['additionalProperty'] === 'string' ? ` (${params['additionalProperty']})` : '';
  return `properties${instancePath} ${message}${more}`.slice(0, limits.messageLength);
}
