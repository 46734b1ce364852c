import { RestProblem } from '@stitchd/rest-client';

/** What a refusal says about single fields, for a form to show them beside their inputs. */
export function fieldErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof RestProblem)) return {};
  if (error.code === 'ALREADY_EXISTS') return { key: 'This one is taken' };
  const byField = error.errors.map(({ path, message }) => [path.split(/[./[]/).find((part) => part !== '') ?? '', message]);
  return Object.fromEntries(byField.filter(([field]) => field !== ''));
}

/** What is left to say over a form whose fields show their own errors; null where that is all. */
export function unsaidError(error: unknown, values: object): unknown {
  if (!(error instanceof RestProblem)) return error;
  const fields = Object.keys(fieldErrors(error));
  const isSaid = fields.length > 0 && fields.every((field) => Object.hasOwn(values, field));
  return isSaid && error.errors.every(({ path }) => path !== '') ? null : error;
}
