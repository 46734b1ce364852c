import type { Schemas } from '@stitchd/rest-client';

type AttributeCondition = Schemas['AttributeCondition'];
type Operator = AttributeCondition['op'];

/** The operators that the first view of a rule offers. */
export const operators = [
  { value: 'in', label: 'is one of' },
  { value: 'notIn', label: 'is set and is none of' },
  { value: 'contains', label: 'contains' },
  { value: 'startsWith', label: 'begins with' },
  { value: 'endsWith', label: 'ends with' },
  { value: 'lessThan', label: 'is less than' },
  { value: 'greaterThan', label: 'is greater than' },
  { value: 'exists', label: 'is set' },
  { value: 'notExists', label: 'is not set' },
] as const satisfies readonly { readonly value: Operator; readonly label: string }[];

export type OfferedOperator = (typeof operators)[number]['value'];

export function takesValues(op: OfferedOperator): boolean {
  return op !== 'exists' && op !== 'notExists';
}

export type ReadCondition =
  | { readonly kind: 'condition'; readonly condition: AttributeCondition }
  | { readonly kind: 'invalid'; readonly message: string };

/** A condition from what a person wrote: numbers where the operator compares numbers, else texts. */
export function attributeCondition(attribute: string, op: OfferedOperator, texts: readonly string[]): ReadCondition {
  if (!takesValues(op)) return { kind: 'condition', condition: { attribute, op, values: [] } };
  if (texts.length === 0) return { kind: 'invalid', message: 'Write at least one value' };
  if (op !== 'lessThan' && op !== 'greaterThan') return { kind: 'condition', condition: { attribute, op, values: [...texts] } };
  const numbers = texts.map(Number);
  if (numbers.length > 1 || !numbers.every(Number.isFinite)) return { kind: 'invalid', message: 'Write one number' };
  return { kind: 'condition', condition: { attribute, op, values: numbers } };
}
