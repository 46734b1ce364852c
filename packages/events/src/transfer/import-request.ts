import { transferLimits } from './transfer-limits.ts';

export const importFormats = ['csv', 'jsonl', 'parquet'] as const;
export type ImportFormat = (typeof importFormats)[number];

export const importItemTypes = ['event', 'exposure', 'identify'] as const;
export type ImportItemType = (typeof importItemTypes)[number];

export const importTimeUnits = ['milliseconds', 'seconds', 'microseconds'] as const;
export type ImportTimeUnit = (typeof importTimeUnits)[number];

export const importConversions = ['text', 'number', 'boolean', 'json'] as const;
export type ImportConversion = (typeof importConversions)[number];

/** Where one field of the items comes from: a column, or the same value for all. */
export interface MappedField {
  /** Such as `key`, `context.user` or `properties.plan`. */
  readonly field: string;
  readonly column: string;
  /** Instead of a column. */
  readonly constant: string;
  /** What text becomes; empty: what the field usually is. */
  readonly as: ImportConversion | '';
}

/** What an import was asked for. */
export interface ImportRequest {
  readonly format: ImportFormat;
  /** What the rows are, unless a column says it of each. */
  readonly itemType: ImportItemType;
  /** Empty: columns have the names of the fields. */
  readonly mapping: readonly MappedField[];
  /** Of times that are numbers. */
  readonly timeUnit: ImportTimeUnit;
  /** Of CSV. */
  readonly delimiter: string;
}

export interface MappingProblem {
  readonly path: string;
  readonly message: string;
}

const objectFields = ['context', 'properties', 'attributes'];
const fieldPattern = /^[A-Za-z]\w*(\.[^.].*)?$/;

/** What is wrong with a mapping, before any row was seen. */
export function mappingProblems(mapping: readonly MappedField[]): readonly MappingProblem[] {
  if (mapping.length > transferLimits.mappedFields)
    return [{ path: 'mapping', message: `must have at most ${transferLimits.mappedFields} entries` }];
  const seen = new Set<string>();
  return mapping.flatMap(({ field, column, constant }, index) => {
    const problems: MappingProblem[] = [];
    const add = (name: string, message: string) => problems.push({ path: `mapping[${index}].${name}`, message });
    const [head = '', ...inside] = field.split('.');
    if (!fieldPattern.test(field) || (inside.length > 0 && !objectFields.includes(head)))
      add('field', 'must be the name of a field of an item, such as key, context.user or properties.plan');
    if (seen.has(field)) add('field', 'is mapped twice');
    seen.add(field);
    if ((column === '') === (constant === '')) add('column', 'must be given, or else constant, and not both');
    const { nameCharacters } = transferLimits;
    for (const [name, text] of Object.entries({ field, column, constant }))
      if (text.length > nameCharacters) add(name, `must have at most ${nameCharacters} characters`);
    return problems;
  });
}
