import { Alert, Button, Group, Paper, Stack, Stepper } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import type { UseMutationResult } from '@tanstack/react-query';
import { fieldErrors } from '../../api/field-errors.ts';
import { ProblemDetail } from '../../api/show-problem.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { HypothesisStep } from './HypothesisStep.tsx';
import { keep, readKept } from './kept-values.ts';
import { MetricsStep } from './MetricsStep.tsx';
import { PowerStep } from './PowerStep.tsx';
import { SplitStep } from './SplitStep.tsx';
import { stepTitles, wizardSteps, type WizardStep } from './wizard-steps.ts';
import { firstOpenStep, stepProblems, type WizardValues } from './wizard-values.ts';

export type WizardForm = UseFormReturnType<WizardValues>;

interface Props {
  readonly title: string;
  readonly detail: string;
  /** What it begins with, where nothing was typed in this tab before. */
  readonly from: WizardValues;
  /** Under what name what is typed outlives a reload. */
  readonly place: string;
  /** What exists already: its key, kind, flag and split stay as they are. */
  readonly isFixed: boolean;
  /** The step that the address names. */
  readonly asked: WizardStep | undefined;
  readonly onStep: (step: WizardStep) => void;
  readonly save: UseMutationResult<unknown, unknown, WizardValues>;
  readonly saveLabel: string;
  readonly failure: string;
}

/** Four questions, each with an address. */
export function Wizard({ title, detail, from, place, isFixed, asked = 'hypothesis', onStep, save, saveLabel, failure }: Props) {
  const form = useForm<WizardValues>({
    initialValues: readKept(place, sessionStorage, from),
    onValuesChange: (values) => keep(place, sessionStorage, values),
  });
  const open = firstOpenStep(form.values);
  const step = earlierOf(asked, open);
  const next = (): void => {
    const problems = stepProblems(step, form.values);
    form.setErrors(problems);
    if (Object.keys(problems).length > 0) return;
    const following = wizardSteps[wizardSteps.indexOf(step) + 1];
    if (following === undefined) save.mutate(form.values, { onError: (error) => form.setErrors(fieldErrors(error)) });
    else onStep(following);
  };
  return (
    <>
      <PageHeader
        title={title}
        detail={detail}
        actions={
          <Button variant="default" onClick={() => form.setValues(from)}>
            Begin anew
          </Button>
        }
      />
      <Steps step={step} open={open} onStep={onStep} />
      <Paper withBorder p="lg" maw={860}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            next();
          }}
        >
          <Stack>
            {save.error !== null && (
              <Alert color="red" title={failure} role="alert">
                <ProblemDetail error={save.error} />
              </Alert>
            )}
            <StepFields step={step} form={form} isFixed={isFixed} />
            <Group justify="space-between">
              <Button
                variant="default"
                disabled={step === 'hypothesis'}
                onClick={() => onStep(wizardSteps[wizardSteps.indexOf(step) - 1] ?? 'hypothesis')}
              >
                Back
              </Button>
              <Button type="submit" loading={save.isPending}>
                {step === 'power' ? saveLabel : 'Next'}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </>
  );
}

/** A link may lead to a step whose answers need those before it. */
function earlierOf(asked: WizardStep, open: WizardStep): WizardStep {
  return wizardSteps.indexOf(asked) <= wizardSteps.indexOf(open) ? asked : open;
}

interface StepsProps {
  readonly step: WizardStep;
  /** Up to where one can go. */
  readonly open: WizardStep;
  readonly onStep: (step: WizardStep) => void;
}

function Steps({ step, open, onStep }: StepsProps) {
  return (
    <Stepper
      mb="lg"
      size="sm"
      active={wizardSteps.indexOf(step)}
      onStepClick={(index) => onStep(wizardSteps[index] ?? 'hypothesis')}
      aria-label="Steps"
    >
      {wizardSteps.map((one, index) => (
        <Stepper.Step
          key={one}
          label={stepTitles[one].title}
          description={stepTitles[one].detail}
          allowStepSelect={index <= wizardSteps.indexOf(open)}
        />
      ))}
    </Stepper>
  );
}

interface FieldsProps {
  readonly step: WizardStep;
  readonly form: WizardForm;
  readonly isFixed: boolean;
}

function StepFields({ step, form, isFixed }: FieldsProps) {
  switch (step) {
    case 'hypothesis':
      return <HypothesisStep form={form} isFixed={isFixed} />;
    case 'split':
      return <SplitStep form={form} isFixed={isFixed} />;
    case 'metrics':
      return <MetricsStep form={form} />;
    case 'power':
      return <PowerStep form={form} />;
  }
}
