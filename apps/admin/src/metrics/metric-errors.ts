import { RestProblem } from '@stitchd/rest-client';
import type { MetricValues } from './metric-values.ts';

/** Where a form shows what a refusal says of a place in a definition. */
const places: Readonly<Record<string, string>> = {
  numerator: 'measure',
  event: 'measure.event',
  property: 'measure.property',
  cap: 'measure.cap',
};

/** Errors by the field of the form that they are shown beside. */
export function metricErrors(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof RestProblem)) return {};
  if (error.code === 'ALREADY_EXISTS') return { key: 'This one is taken' };
  return Object.fromEntries(error.errors.map(({ path, message }) => [fieldOf(path), message]));
}

function fieldOf(path: string): string {
  const names = path.split(/[./[\]]+/).filter((name) => name !== '');
  const [first = '', ...rest] = names[0] === 'definition' ? names.slice(1) : names;
  const field = [places[first] ?? first, ...rest].join('.');
  // Both bounds of a cap have one input each.
  return field.replace(/\.cap\.value$/, '.capValue').replace(/\.cap\.level$/, '.capLevel');
}

/** What a form can tell before it asks. */
export function emptyEvents(values: MetricValues): Readonly<Record<string, string>> {
  const message = 'Choose an event';
  const needed =
    values.type === 'funnel'
      ? values.steps.map(({ event }, index) => [`steps.${index}.event`, event] as const)
      : [
          ['measure.event', values.measure.event] as const,
          ...(values.type === 'ratio' ? [['denominator.event', values.denominator.event] as const] : []),
        ];
  return Object.fromEntries(needed.filter(([, event]) => event === null).map(([field]) => [field, message]));
}
