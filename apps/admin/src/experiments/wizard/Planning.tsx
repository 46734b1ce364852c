import { percentSuffix } from '../../parts/numbers.ts';
import { Alert, Group, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Schemas } from '@stitchd/rest-client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { configurationQuery, experimentPlanQuery } from '../../api/queries.ts';
import { ProblemDetail } from '../../api/show-problem.tsx';
import { BoundedNumberInput } from '../../parts/BoundedNumberInput.tsx';
import { useScope } from '../../shell/use-scope.ts';
import type { WizardForm } from './Wizard.tsx';
import { PlannedMetrics } from './PlannedMetrics.tsx';
import { planRequest } from './plan-request.ts';
import { splitsOf } from './splits-of.ts';
import { wizardBounds, type WizardValues } from './wizard-values.ts';

interface Props {
  readonly form: WizardForm;
}

const delayMs = 400;
const percent = 100;

const givens = [
  { value: 'minimumEffect', label: 'The effect' },
  { value: 'plannedUnits', label: 'The units' },
  { value: 'plannedDays', label: 'The days' },
] as const satisfies readonly { readonly value: WizardValues['given']; readonly label: string }[];

/** Effect, units and days belong together: one is given, the others follow from the past. */
export function Planning({ form }: Props) {
  const { given } = form.values;
  const plan = usePlan(form);
  return (
    <>
      <Group gap="xs">
        <Text size="sm" fw={500}>
          What do you know?
        </Text>
        <SegmentedControl
          size="xs"
          aria-label="What do you know?"
          data={[...givens]}
          value={given}
          onChange={(next) => form.setFieldValue('given', givens.find(({ value }) => value === next)?.value ?? 'minimumEffect')}
        />
      </Group>
      <Group grow align="flex-start">
        <BoundedNumberInput
          label="Least effect that matters"
          description="Relative. Anything smaller you would not act on."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...wizardBounds.minimumEffect}
          decimalScale={3}
          suffix={percentSuffix}
          {...form.getInputProps('minimumEffect')}
          readOnly={given !== 'minimumEffect'}
        />
        <BoundedNumberInput
          label="Units, all arms together"
          {...wizardBounds.plannedUnits}
          thousandSeparator=","
          {...form.getInputProps('plannedUnits')}
          readOnly={given !== 'plannedUnits'}
        />
        <BoundedNumberInput
          label="Days"
          {...wizardBounds.plannedDays}
          {...form.getInputProps('plannedDays')}
          readOnly={given !== 'plannedDays'}
        />
      </Group>
      <BoundedNumberInput
        label="Found so often if it is there"
        description="80: of 100 real effects of that size, 80 are found."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        {...wizardBounds.power}
        maw={280}
        suffix={percentSuffix}
        {...form.getInputProps('power')}
      />
      {plan.error !== null && (
        <Alert color="yellow" title="Nothing can be planned from the past">
          <ProblemDetail error={plan.error} />
        </Alert>
      )}
      {plan.isFetching && plan.data === undefined && <Skeleton height={80} />}
      {plan.data !== undefined && <PlannedMetrics plan={plan.data} />}
    </>
  );
}

/** The plan of what is typed; what follows from it goes into the other two fields. */
function usePlan(form: WizardForm) {
  const scope = useScope();
  const { flagKey, ruleId, given } = form.values;
  const configuration = useQuery({ ...configurationQuery(scope, flagKey ?? ''), enabled: flagKey !== null });
  const splits = configuration.data === undefined ? [] : splitsOf(configuration.data.document);
  const [request] = useDebouncedValue(
    planRequest(
      form.values,
      splits.find((split) => split.ruleId === ruleId),
    ),
    delayMs,
  );
  const plan = useQuery({ ...experimentPlanQuery(scope, request), placeholderData: keepPreviousData });
  const point = primaryPoint(plan.data);
  useEffect(() => {
    if (point === null || plan.isPlaceholderData) return;
    // What was planned before is not moved by looking at it.
    if (form.values.plannedUnits !== '' && !form.isDirty()) return;
    const followed = {
      minimumEffect: Number((point.minimumEffect * percent).toPrecision(3)),
      plannedUnits: point.units,
      plannedDays: point.days ?? '',
    };
    form.setValues({ ...followed, [given]: form.values[given] });
    // Only a new answer moves the fields: not each of their own changes.
  }, [point]);
  return plan;
}

function primaryPoint(plan: Schemas['ExperimentForecast'] | undefined) {
  const first = plan?.metrics[0];
  return first?.kind === 'planned' ? first.point : null;
}
