import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { z } from 'zod';
import type { stop } from './lifecycle-schemas.ts';
import type { experimentPatch, newExperiment } from './experiment-schemas.ts';

export function timestamp(text: string | undefined) {
  return text === undefined ? undefined : timestampFromDate(new Date(text));
}

/** A plan as the service takes it. */
export function planInput(plan: z.infer<typeof newExperiment>['plan']) {
  if (plan === undefined) return undefined;
  const { endsAt, ...rest } = plan;
  return { ...rest, endsAt: timestamp(endsAt) };
}

/** A change as the service takes it. */
export function patchInput({ metrics, plan, analysis, ...rest }: z.infer<typeof experimentPatch>) {
  return {
    ...rest,
    plan: planInput(plan),
    analysis,
    replacesDimensions: analysis?.dimensions !== undefined,
    ...(metrics !== undefined && { metrics: { items: metrics } }),
  };
}

/** What is served after a stop, as the service takes it. */
export function serveInput({ serve, note = '' }: z.infer<typeof stop>) {
  return 'variant' in serve ? { kind: 'variant', variant: serve.variant, note } : { kind: 'keep', variant: '', note };
}
