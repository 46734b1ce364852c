import { Alert, Modal, MultiSelect, Select, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { configurationQuery, metricsQuery } from '../api/queries.ts';
import { FlagSelect } from '../flags/FlagSelect.tsx';
import { DialogForm } from '../parts/DialogForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { NameAndKey } from '../parts/NameAndKey.tsx';
import { useScope } from '../shell/use-scope.ts';
import { splitsOf } from './splits-of.ts';

export function NewExperimentDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New experiment" size="lg">
      <NewExperimentForm onClose={onClose} />
    </Modal>
  );
}

const initialValues = {
  name: '',
  key: '',
  hypothesis: '',
  flagKey: null as string | null,
  ruleId: '',
  baselineVariant: null as string | null,
  metricKeys: [] as string[],
};

function NewExperimentForm({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope();
  const form = useForm({
    initialValues,
    validate: {
      key: keyProblem,
      flagKey: (flagKey) => (flagKey === null ? 'Choose a flag' : null),
      baselineVariant: (variant) => (variant === null ? 'Choose what the others are compared with' : null),
      metricKeys: (keys) => (keys.length === 0 ? 'Choose at least one metric' : null),
    },
  });
  const create = useCreateExperiment(onClose, (error) => form.setErrors(fieldErrors(error)));
  const { flagKey, ruleId } = form.values;
  const configuration = useQuery({ ...configurationQuery(scope, flagKey ?? ''), enabled: flagKey !== null });
  const metrics = useQuery(metricsQuery(scope.project));
  const splits = configuration.data === undefined ? [] : splitsOf(configuration.data.document);
  const split = splits.find((one) => one.ruleId === ruleId) ?? splits[0];
  const submit = form.onSubmit(({ name, key, hypothesis, baselineVariant, metricKeys }) =>
    create.mutate({
      key,
      name: name || key,
      hypothesis,
      flagKey: flagKey ?? '',
      ruleId: split?.ruleId ?? '',
      baselineVariant: baselineVariant ?? '',
      metrics: metricKeys.map((metric, index) => ({
        key: metric,
        role: index === 0 ? ('primary' as const) : ('secondary' as const),
      })),
    }),
  );
  return (
    <DialogForm
      error={create.error}
      isPending={create.isPending}
      onSubmit={submit}
      onCancel={onClose}
      submitLabel="Create draft"
      failure="The experiment was not created"
    >
      <NameAndKey form={form} keyDescription="By which results are found. It can’t be changed later." />
      <Textarea
        label="Hypothesis"
        description="What you expect, and why: written down before you look."
        autosize
        minRows={2}
        {...form.getInputProps('hypothesis')}
      />
      <FlagSelect
        label="Flag"
        required
        value={flagKey}
        error={form.errors['flagKey']}
        onChange={(next) => form.setValues({ flagKey: next, ruleId: '', baselineVariant: null })}
      />
      {configuration.data !== undefined && splits.length === 0 && (
        <Alert color="yellow" title="This flag has no split here">
          An experiment compares variants that chance gives out. Let the flag serve its variants by percentage first.
        </Alert>
      )}
      {splits.length > 1 && (
        <Select
          label="Which split"
          allowDeselect={false}
          data={splits.map((one) => ({ value: one.ruleId, label: one.label }))}
          value={split?.ruleId ?? null}
          onChange={(next) => form.setValues({ ruleId: next ?? '', baselineVariant: null })}
        />
      )}
      <Select
        label="Baseline"
        description="The variant that the others are compared with: usually what people have today."
        required
        disabled={split === undefined}
        data={split?.variants ?? []}
        {...form.getInputProps('baselineVariant')}
      />
      <MultiSelect
        label="Metrics"
        description="The first one is the primary one, by which you decide."
        required
        searchable
        // Upwards: it stays open for more than one, and must not lie on the button that creates.
        comboboxProps={{ position: 'top' }}
        data={metrics.data?.map(({ key, name }) => ({ value: key, label: name })) ?? []}
        nothingFoundMessage="No such metric. Create it under Metrics & events."
        {...form.getInputProps('metricKeys')}
      />
    </DialogForm>
  );
}

function useCreateExperiment(onClose: () => void, onError: (error: unknown) => void) {
  const scope = useScope();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: Schemas['NewExperiment']) =>
      answered(api.POST('/v1/projects/{project}/environments/{environment}/experiments', { params: { path: scope }, body })),
    meta: { showsItsProblem: true },
    onError,
    onSuccess: async ({ key }) => {
      await queryClient.invalidateQueries({ queryKey: ['experiments', scope.project, scope.environment] });
      onClose();
      await navigate({ to: '/projects/$project/$environment/experiments/$experiment', params: { ...scope, experiment: key } });
    },
  });
}
