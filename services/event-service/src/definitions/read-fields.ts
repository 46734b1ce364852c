import { isKey } from '@stitchd/core';
import { isStorableText } from '@stitchd/db/postgres';
import { problem } from '@stitchd/service-kit';
import { eventServiceLimits } from '../limits.ts';

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export function keyProblems(path: string, key: string): readonly FieldProblem[] {
  const message = 'must be 1 to 100 lower-case letters, digits and -_. beginning with a letter or digit';
  return isKey(key) ? [] : [{ path, message }];
}

export function textProblems(fields: { readonly name: string; readonly description: string }): readonly FieldProblem[] {
  const { nameLength, descriptionLength } = eventServiceLimits;
  return [
    ...lengthProblems('name', fields.name, nameLength),
    ...lengthProblems('description', fields.description, descriptionLength),
  ];
}

/** A text that can be stored and is not too long. */
export function lengthProblems(path: string, text: string, most: number): readonly FieldProblem[] {
  return [
    ...(text.length > most ? [{ path, message: `must have at most ${most} characters` }] : []),
    ...(isStorableText(text) ? [] : [{ path, message: 'must not contain U+0000 or half a surrogate pair' }]),
  ];
}

export function choiceProblems(path: string, value: string, choices: readonly string[]): readonly FieldProblem[] {
  return choices.includes(value) ? [] : [{ path, message: `must be one of ${choices.join(', ')}` }];
}

/** @throws VALIDATION_FAILED naming every field at once */
export function refuseProblems(problems: readonly FieldProblem[]): void {
  const [first] = problems;
  if (first !== undefined) throw problem('VALIDATION_FAILED', `${first.path} ${first.message}.`, { errors: problems });
}

/** @throws VALIDATION_FAILED where a project has as many as it may */
export function refuseAboveLimit(count: number, what: string): void {
  const { definitionsPerProject } = eventServiceLimits;
  if (count >= definitionsPerProject)
    throw problem('VALIDATION_FAILED', `A project has at most ${definitionsPerProject} ${what}.`);
}
