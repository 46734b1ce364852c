import type { Schemas } from '@stitchd/rest-client';
import { boundProblem } from '../../parts/bound-problem.ts';
import { keyProblem } from '../../parts/key-problem.ts';
import { wizardSteps, type WizardStep } from './wizard-steps.ts';
import { milliPercentPerPercent } from '../../parts/milli-percent.ts';

/** Everything of the four steps, as the form holds it: going back loses nothing. */
export interface WizardValues {
  kind: 'experiment' | 'rollout';
  name: string;
  key: string;
  hypothesis: string;
  flagKey: string | null;
  ruleId: string;
  baselineVariant: string | null;
  unitKind: string;
  /** In per cent; empty: as the split has it. */
  enrolment: number | string;
  primary: string | null;
  guardrails: GuardrailValues[];
  secondary: string[];
  /** Which of effect, units and days is given: the others follow from the past. */
  given: 'minimumEffect' | 'plannedUnits' | 'plannedDays';
  /** In per cent. */
  minimumEffect: number | string;
  /** In per cent. */
  power: number | string;
  plannedUnits: number | string;
  plannedDays: number | string;
  /** In per cent. */
  alpha: number | string;
  design: 'sequential' | 'fixed-horizon';
  adjustment: 'on' | 'off';
  prePeriodDays: number | string;
  scheduleMinutes: number | string;
  onHarm: 'tell' | 'serve-baseline';
  dimensions: string[];
}

export interface GuardrailValues {
  key: string | null;
  /** In per cent: how much worse is allowed. */
  margin: number | string;
}

export const newGuardrail: GuardrailValues = { key: null, margin: 1 };

export const newWizardValues: WizardValues = {
  kind: 'experiment',
  name: '',
  key: '',
  hypothesis: '',
  flagKey: null,
  ruleId: '',
  baselineVariant: null,
  unitKind: '',
  enrolment: '',
  primary: null,
  guardrails: [],
  secondary: [],
  given: 'minimumEffect',
  minimumEffect: 2,
  power: 80,
  plannedUnits: '',
  plannedDays: '',
  alpha: 5,
  design: 'sequential',
  adjustment: 'on',
  prePeriodDays: 14,
  scheduleMinutes: 60,
  onHarm: 'tell',
  dimensions: [],
};

/** From where to where the numbers of a draft may be typed; shares in per cent. */
export const wizardBounds = {
  enrolment: { min: 0.1, max: 100 },
  margin: { min: 0.01, max: 100 },
  minimumEffect: { min: 0.01, max: 1_000 },
  power: { min: 50, max: 99 },
  plannedUnits: { min: 1 },
  plannedDays: { min: 1, max: 730 },
  alpha: { min: 0.1, max: 20 },
  scheduleMinutes: { min: 15, max: 1_440 },
  prePeriodDays: { min: 1, max: 60 },
} as const;

const percent = 100;

/** A number that was typed; undefined where the field is empty. */
export function typed(value: number | string): number | undefined {
  if (typeof value === 'number') return value;
  const number = Number(value);
  return value.trim() === '' || Number.isNaN(number) ? undefined : number;
}

/** As a share of 1, without the digits that a binary fraction adds. */
const shareOf = (percentage: number): number => Number((percentage / percent).toPrecision(12));

/** What may be asked of the experiment service. */
export function draftOf(values: WizardValues): Schemas['NewExperiment'] {
  const { kind, name, key, hypothesis, flagKey, ruleId, baselineVariant, unitKind } = values;
  const enrolment = typed(values.enrolment);
  return {
    kind,
    key,
    name: name || key,
    hypothesis,
    flagKey: flagKey ?? '',
    ruleId,
    baselineVariant: baselineVariant ?? '',
    ...(unitKind !== '' && { unitKind }),
    metrics: metricsOf(values),
    alpha: shareOf(typed(values.alpha) ?? 5),
    ...(enrolment !== undefined && { enrolmentMilliPercent: Math.round(enrolment * milliPercentPerPercent) }),
    ...(kind === 'experiment' && { plan: planOf(values) }),
    analysis: {
      design: values.design,
      adjustment: values.adjustment,
      prePeriodDays: typed(values.prePeriodDays) ?? (newWizardValues.prePeriodDays as number),
      scheduleMinutes: typed(values.scheduleMinutes) ?? (newWizardValues.scheduleMinutes as number),
      onHarm: values.onHarm,
      dimensions: values.dimensions,
    },
  };
}

/** In the order in which a page shows them: what decides first. */
export function metricsOf({ kind, primary, guardrails, secondary }: WizardValues): Schemas['NewExperiment']['metrics'] {
  return [
    ...(primary !== null && kind === 'experiment' ? [{ key: primary, role: 'primary' as const }] : []),
    ...guardrails.flatMap(({ key, margin }) =>
      key === null ? [] : [{ key, role: 'guardrail' as const, margin: shareOf(typed(margin) ?? 1) }],
    ),
    ...secondary.map((key) => ({ key, role: 'secondary' as const })),
  ];
}

function planOf({ minimumEffect, power, plannedUnits, plannedDays }: WizardValues) {
  const effect = typed(minimumEffect);
  const units = typed(plannedUnits);
  const days = typed(plannedDays);
  return {
    power: shareOf(typed(power) ?? 80),
    ...(effect !== undefined && { minimumEffect: shareOf(effect) }),
    ...(units !== undefined && { plannedUnits: Math.round(units) }),
    ...(days !== undefined && { plannedDays: Math.round(days) }),
  };
}

/** What is missing or wrong in a step, by field. */
export function stepProblems(step: WizardStep, values: WizardValues): Readonly<Record<string, string>> {
  switch (step) {
    case 'hypothesis': {
      const key = keyProblem(values.key);
      return key === null ? {} : { key };
    }
    case 'split':
      return {
        ...(values.flagKey === null && { flagKey: 'Choose a flag' }),
        ...(values.baselineVariant === null && { baselineVariant: 'Choose what the others are compared with' }),
        ...boundProblems(values, ['enrolment']),
      };
    case 'metrics':
      return metricProblems(values);
    case 'power': {
      const analysis = boundProblems(values, [
        'alpha',
        'scheduleMinutes',
        ...(values.adjustment === 'on' ? (['prePeriodDays'] as const) : []),
      ]);
      if (values.kind === 'rollout') return analysis;
      return {
        ...(typed(values.minimumEffect) === undefined && { minimumEffect: 'The smallest change that would matter to you' }),
        ...boundProblems(values, ['minimumEffect', 'power', 'plannedUnits', 'plannedDays']),
        ...analysis,
      };
    }
  }
}

function boundProblems(
  values: WizardValues,
  fields: readonly Exclude<keyof typeof wizardBounds, 'margin'>[],
): Readonly<Record<string, string>> {
  const problems = fields.map((field) => [field, boundProblem(values[field], wizardBounds[field])] as const);
  return Object.fromEntries(problems.flatMap(([field, problem]) => (problem === undefined ? [] : [[field, problem]])));
}

function metricProblems(values: WizardValues): Readonly<Record<string, string>> {
  const { kind, primary, guardrails, secondary } = values;
  const chosen = metricsOf(values).map(({ key }) => key);
  const twice = chosen.find((key, index) => chosen.indexOf(key) !== index);
  return {
    ...(kind === 'experiment' && primary === null && { primary: 'Choose the one metric that decides' }),
    ...(kind === 'rollout' && chosen.length === 0 && { secondary: 'Choose what to watch' }),
    ...Object.fromEntries(
      guardrails.flatMap(({ key, margin }, index) => {
        const beyond = boundProblem(margin, wizardBounds.margin);
        return [
          ...(key === null ? [[`guardrails.${index}.key`, 'Choose a metric, or remove this line']] : []),
          ...(beyond === undefined ? [] : [[`guardrails.${index}.margin`, beyond]]),
        ];
      }),
    ),
    ...(twice !== undefined && { [secondary.includes(twice) ? 'secondary' : 'primary']: `${twice} has two roles` }),
  };
}

/** The first step that is not complete; a link further on leads there. */
export function firstOpenStep(values: WizardValues): WizardStep {
  return wizardSteps.find((step) => Object.keys(stepProblems(step, values)).length > 0) ?? 'power';
}
