import { Alert, Button, Group, Paper, Stack, Stepper } from '@mantine/core';
import { useForm, type UseFormReturnType } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../api/api.ts';
import { fieldErrors } from '../../api/field-errors.ts';
import { queryClient } from '../../api/query-client.ts';
import { ProblemDetail } from '../../api/show-problem.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { HypothesisStep } from './HypothesisStep.tsx';
import { forget, keep, readKept } from './kept-values.ts';
import { MetricsStep } from './MetricsStep.tsx';
import { PowerStep } from './PowerStep.tsx';
import { SplitStep } from './SplitStep.tsx';
import { stepTitles, wizardSteps, type WizardStep } from './wizard-steps.ts';
import { draftOf, firstOpenStep, newWizardValues, stepProblems, type WizardValues } from './wizard-values.ts';

export type WizardForm = UseFormReturnType<WizardValues>;

/** Four questions, each with an address, before an experiment is drafted. */
export function NewExperimentPage() {
  const scope = useScope();
  const navigate = useNavigate();
  const { step: asked = 'hypothesis' } = useSearch({ from: '/signed-in/projects/$project/$environment/new-experiment' });
  const form = useForm<WizardValues>({
    initialValues: readKept(scope, sessionStorage),
    onValuesChange: (values) => keep(scope, sessionStorage, values),
  });
  const step = earlierOf(asked, firstOpenStep(form.values));
  const go = (next: WizardStep): void =>
    void navigate({
      to: '/projects/$project/$environment/new-experiment',
      params: scope,
      search: next === 'hypothesis' ? {} : { step: next },
    });
  const create = useCreateExperiment((error) => form.setErrors(fieldErrors(error)));
  const next = (): void => {
    const problems = stepProblems(step, form.values);
    form.setErrors(problems);
    if (Object.keys(problems).length > 0) return;
    const following = wizardSteps[wizardSteps.indexOf(step) + 1];
    if (following === undefined) create.mutate(draftOf(form.values));
    else go(following);
  };
  return (
    <>
      <PageHeader
        title="New experiment"
        detail="Nothing changes for anybody before you start it."
        actions={
          <Button variant="default" onClick={() => form.setValues(newWizardValues)}>
            Begin anew
          </Button>
        }
      />
      <Steps step={step} open={firstOpenStep(form.values)} onStep={go} />
      <Paper withBorder p="lg" maw={860}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            next();
          }}
        >
          <Stack>
            {create.error !== null && (
              <Alert color="red" title="The experiment was not created" role="alert">
                <ProblemDetail error={create.error} />
              </Alert>
            )}
            <StepFields step={step} form={form} />
            <Group justify="space-between">
              <Button
                variant="default"
                disabled={step === 'hypothesis'}
                onClick={() => go(wizardSteps[wizardSteps.indexOf(step) - 1] ?? 'hypothesis')}
              >
                Back
              </Button>
              <Button type="submit" loading={create.isPending}>
                {step === 'power' ? 'Create draft' : 'Next'}
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

function StepFields({ step, form }: { readonly step: WizardStep; readonly form: WizardForm }) {
  switch (step) {
    case 'hypothesis':
      return <HypothesisStep form={form} />;
    case 'split':
      return <SplitStep form={form} />;
    case 'metrics':
      return <MetricsStep form={form} />;
    case 'power':
      return <PowerStep form={form} />;
  }
}

function useCreateExperiment(onError: (error: unknown) => void) {
  const scope = useScope();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: Schemas['NewExperiment']) =>
      answered(api.POST('/v1/projects/{project}/environments/{environment}/experiments', { params: { path: scope }, body })),
    meta: { showsItsProblem: true },
    onError,
    onSuccess: async ({ key }) => {
      forget(scope, sessionStorage);
      await queryClient.invalidateQueries({ queryKey: ['experiments', scope.project, scope.environment] });
      await navigate({ to: '/projects/$project/$environment/experiments/$experiment', params: { ...scope, experiment: key } });
    },
  });
}
