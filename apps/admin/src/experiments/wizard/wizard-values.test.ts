import { expect, test } from 'vitest';
import { draftOf, firstOpenStep, metricsOf, newWizardValues, stepProblems, type WizardValues } from './wizard-values.ts';

const filled: WizardValues = {
  ...newWizardValues,
  key: 'colour',
  flagKey: 'button',
  baselineVariant: 'blue',
  unitKind: 'user',
  enrolment: 12.5,
  primary: 'purchase-rate',
  guardrails: [{ key: 'errors', margin: 2 }],
  secondary: ['revenue'],
};

test('What people type in per cent is asked for in shares, and the primary metric comes first', () => {
  const draft = draftOf(filled);
  expect(draft).toMatchObject({
    name: 'colour',
    alpha: 0.05,
    enrolmentMilliPercent: 12_500,
    plan: { minimumEffect: 0.02, power: 0.8 },
    metrics: [
      { key: 'purchase-rate', role: 'primary' },
      { key: 'errors', role: 'guardrail', margin: 0.02 },
      { key: 'revenue', role: 'secondary' },
    ],
  });
});

test('A rollout has neither a plan nor a primary metric', () => {
  const rollout = { ...filled, kind: 'rollout' as const };
  expect(draftOf(rollout)).not.toHaveProperty('plan');
  expect(metricsOf(rollout).map(({ role }) => role)).toEqual(['guardrail', 'secondary']);
});

test('A link to a later step leads to the first one that is not complete', () => {
  expect(firstOpenStep(newWizardValues)).toBe('hypothesis');
  expect(firstOpenStep({ ...newWizardValues, key: 'colour' })).toBe('split');
  expect(firstOpenStep({ ...filled, primary: null })).toBe('metrics');
  expect(firstOpenStep(filled)).toBe('power');
});

test('A metric has one role, and an effect is above zero', () => {
  expect(stepProblems('metrics', { ...filled, secondary: ['errors'] })).toEqual({ secondary: 'errors has two roles' });
  expect(stepProblems('metrics', { ...filled, guardrails: [{ key: null, margin: 1 }] })).toHaveProperty('guardrails.0.key');
  expect(stepProblems('power', { ...filled, minimumEffect: 0 })).toHaveProperty('minimumEffect');
});

test('A step holds until its numbers are within their bounds', () => {
  expect(stepProblems('split', { ...filled, enrolment: 150 })).toEqual({ enrolment: 'From 0.1 to 100' });
  expect(stepProblems('metrics', { ...filled, guardrails: [{ key: 'errors', margin: 0 }] })).toHaveProperty(
    'guardrails.0.margin',
  );
  expect(stepProblems('power', { ...filled, alpha: 50, prePeriodDays: 61 })).toEqual({
    alpha: 'From 0.1 to 20',
    prePeriodDays: 'From 1 to 60',
  });
  expect(stepProblems('power', { ...filled, adjustment: 'off', prePeriodDays: 61 })).toEqual({});
});
