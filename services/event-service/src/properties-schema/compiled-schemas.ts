import { eventServiceLimits } from '../limits.ts';
import type { JsonObject } from './check-schema.ts';
import { compileSchema, type PropertiesProblem } from './compile-schema.ts';

/** A version of an event definition. */
export interface DefinitionVersion {
  readonly id: string;
  readonly version: number;
}

/** Schemas that are compiled: once for each version of a definition, those used least recently go first. */
export interface CompiledSchemas {
  readonly get: (definition: DefinitionVersion) => PropertiesProblem | undefined;
  /** Keeps a schema; it is compiled when the first event needs it. */
  readonly add: (definition: DefinitionVersion, schema: JsonObject) => PropertiesProblem;
}

export function createCompiledSchemas(): CompiledSchemas {
  const known = new Map<string, PropertiesProblem>();
  const nameOf = ({ id, version }: DefinitionVersion): string => `${id} ${version}`;
  const remember = (name: string, problemOf: PropertiesProblem): PropertiesProblem => {
    known.delete(name);
    known.set(name, problemOf);
    const [oldest] = known.keys();
    if (known.size > eventServiceLimits.propertiesSchema.compiled && oldest !== undefined) known.delete(oldest);
    return problemOf;
  };
  return {
    get(definition) {
      const name = nameOf(definition);
      const problemOf = known.get(name);
      return problemOf && remember(name, problemOf);
    },
    add(definition, schema) {
      let compiled: PropertiesProblem | undefined;
      return remember(nameOf(definition), (properties) => (compiled ??= compileSchema(schema))(properties));
    },
  };
}
