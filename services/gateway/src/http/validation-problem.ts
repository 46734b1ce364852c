import { problem } from '@stitchd/service-kit';
import type { ConnectError } from '@connectrpc/connect';
import type { z } from 'zod';
import { fieldPath } from './field-path.ts';

type Issue = z.core.$ZodIssue;

interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Most errors that one problem names. */
const maxErrors = 50;

/** What is wrong with a request, by field: UNKNOWN_FIELD where it only has fields that do not exist. */
export function validationProblem(part: string, issues: readonly Issue[]): ConnectError {
  const flat = issues.flatMap((issue) => flatten(issue, []));
  const errors = flat.slice(0, maxErrors).map(({ path, message }) => ({ path, message }));
  const [first] = errors;
  const detail = first === undefined ? `The ${part} is not valid.` : sentence(part, first);
  return problem(flat.every(({ unknown }) => unknown) ? 'UNKNOWN_FIELD' : 'VALIDATION_FAILED', detail, { errors });
}

function sentence(part: string, { path, message }: FieldError): string {
  return path === '' ? `The ${part} ${message}.` : `${path} ${message}.`;
}

type Found = FieldError & { readonly unknown: boolean };

function flatten(issue: Issue, above: readonly PropertyKey[]): readonly Found[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: fieldPath([...path, key]), message: 'does not exist', unknown: true }));
    case 'invalid_union':
      if (issue.errors.length === 0) return [{ path: fieldPath(path), message: choiceMessage(issue), unknown: false }];
      return nearestBranch(issue.errors).flatMap((inner) => flatten(inner, path));
    case 'invalid_type':
      return [{ path: fieldPath(path), message: typeMessage(issue), unknown: false }];
    default:
      return [{ path: fieldPath(path), message: lowerFirst(issue.message), unknown: false }];
  }
}

function typeMessage(issue: Extract<Issue, { code: 'invalid_type' }>): string {
  if (issue.input === undefined && /received undefined/.test(issue.message)) return 'is missing';
  return `must be of type ${issue.expected}`;
}

/** A field that says which shape is meant, and says none of them. */
function choiceMessage(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
  return options.length === 0 ? lowerFirst(issue.message) : `must be one of ${options.join(', ')}`;
}

/**
 * Of several shapes the one that was meant: the one that goes wrong the deepest, then the one with the fewest things wrong.
 * A shape that does not know the fields that are there was hardly meant.
 */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const score = (issues: readonly Issue[]): number => {
    const depth = Math.max(0, ...issues.map(({ path }) => path.length));
    const strange = issues.filter(({ code, path }) => code === 'unrecognized_keys' && path.length === 0).length;
    return depth * 100 - strange * 50 - issues.length;
  };
  return branches.reduce((best, branch) => (score(branch) > score(best) ? branch : best), branches[0] ?? []);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
