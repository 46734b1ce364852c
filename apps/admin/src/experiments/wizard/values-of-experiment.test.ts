import { expect, test } from 'vitest';
import { experiment } from '../experiment.test-support.ts';
import { patchOf, valuesOf } from './values-of-experiment.ts';
import { firstOpenStep } from './wizard-values.ts';

const planned = {
  ...experiment,
  alpha: 0.07,
  metrics: [
    { key: 'purchase-rate', role: 'primary' as const },
    { key: 'errors', role: 'guardrail' as const, margin: 0.029 },
    { key: 'revenue', role: 'secondary' as const },
  ],
  plan: { power: 0.9, minimumEffect: 0.035, plannedUnits: 8_000, plannedDays: 21, endsAt: '2026-02-01T00:00:00Z' },
  analysis: { ...experiment.analysis, dimensions: ['country'] },
};

test('An experiment fills the wizard, and saving it unchanged asks for what it has', () => {
  const values = valuesOf(planned);
  expect(values).toMatchObject({ alpha: 7, minimumEffect: 3.5, power: 90, guardrails: [{ key: 'errors', margin: 2.9 }] });
  expect(firstOpenStep(values)).toBe('power');
  const { name, hypothesis, baselineVariant, metrics, alpha, plan, analysis } = planned;
  expect(patchOf(values, planned)).toEqual({ name, hypothesis, baselineVariant, metrics, alpha, plan, analysis });
});

test('Who takes part is asked for where it was changed, and what can’t change never', () => {
  const patch = patchOf({ ...valuesOf(planned), enrolment: 50, key: 'other', flagKey: 'other' }, planned);
  expect(patch.enrolmentMilliPercent).toBe(50_000);
  expect(Object.keys(patch)).not.toContain('flagKey');
  expect(Object.keys(patch)).not.toContain('key');
});
