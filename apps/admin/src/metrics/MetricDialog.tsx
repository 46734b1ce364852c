import { percentSuffix } from '../parts/numbers.ts';
import { Alert, Group, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { metricLimits, metricTypes } from '@stitchd/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BoundedNumberInput } from '../parts/BoundedNumberInput.tsx';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { NameAndKey } from '../parts/NameAndKey.tsx';
import { useScope } from '../shell/use-scope.ts';
import { emptyEvents, metricErrors } from './metric-errors.ts';
import { metricLabels, options } from './metric-types.ts';
import { definitionOf, metricValues, newMetricValues, type MetricValues } from './metric-values.ts';
import { MetricTypeFields } from './MetricTypeFields.tsx';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** The one to change; left out: a new one. */
  readonly metric?: Schemas['Metric'];
}

export function MetricDialog({ opened, onClose, metric }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={metric === undefined ? 'New metric' : `Change ${metric.name}`} size="xl">
      <MetricForm onClose={onClose} metric={metric} />
    </Modal>
  );
}

function MetricForm({ onClose, metric }: { readonly onClose: () => void; readonly metric: Schemas['Metric'] | undefined }) {
  const form = useForm<MetricValues>({
    initialValues: metric === undefined ? newMetricValues : metricValues(metric),
    validate: (values) => {
      const problem = metric === undefined ? keyProblem(values.key) : null;
      return { ...(problem !== null && { key: problem }), ...emptyEvents(values) };
    },
  });
  const save = useSaveMetric(metric, onClose, (error) => form.setErrors(metricErrors(error)));
  return (
    <DialogForm
      error={save.error}
      isPending={save.isPending}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      onCancel={onClose}
      submitLabel={metric === undefined ? 'Create metric' : 'Save changes'}
      failure={metric === undefined ? 'The metric was not created' : 'The metric was not changed'}
    >
      {metric === undefined ? (
        <NameAndKey form={form} keyDescription="By which experiments name it. It can’t be changed later." />
      ) : (
        <>
          <Alert color="gray">
            What changes numbers makes version {metric.definitionVersion + 1}. Running experiments keep theirs until somebody
            moves them on.
          </Alert>
          <TextInput label="Name" data-autofocus {...form.getInputProps('name')} />
        </>
      )}
      <Select
        label="What counts"
        allowDeselect={false}
        data={options(metricLabels)}
        {...form.getInputProps('type')}
        onChange={(type) => form.setFieldValue('type', metricTypes.find((known) => known === type) ?? 'conversion')}
      />
      <MetricTypeFields form={form} />
      {form.values.type !== 'retention' && (
        <Group grow align="flex-start">
          <BoundedNumberInput
            label="Hours after the first exposure"
            description="168 are 7 days. 0: to the end of the experiment."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            min={0}
            max={metricLimits.windowHours.most}
            {...form.getInputProps('windowHours')}
          />
          <BoundedNumberInput
            label="Hours before it begins"
            description="Events sooner after the exposure don’t count."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            min={0}
            max={metricLimits.delayHours}
            {...form.getInputProps('delayHours')}
          />
        </Group>
      )}
      <Group grow align="flex-start">
        <Select
          label="Which way is better"
          allowDeselect={false}
          data={[
            { value: 'increase', label: 'More' },
            { value: 'decrease', label: 'Less' },
          ]}
          {...form.getInputProps('direction')}
        />
        <BoundedNumberInput
          label="Smallest change that matters"
          suffix={percentSuffix}
          placeholder="not said"
          min={0}
          max={metricLimits.minimumEffect * 100}
          {...form.getInputProps('minimumEffect')}
        />
      </Group>
      <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
    </DialogForm>
  );
}

function useSaveMetric(metric: Schemas['Metric'] | undefined, onClose: () => void, onError: (error: unknown) => void) {
  const scope = useScope();
  const navigate = useNavigate();
  const { project } = scope;
  return useMutation({
    mutationFn: (values: MetricValues) => {
      const { key, description } = values;
      const body = { name: values.name || key, description, definition: definitionOf(values) };
      return answered(
        metric === undefined
          ? api.POST('/v1/projects/{project}/metrics', { params: { path: { project } }, body: { ...body, key } })
          : api.PATCH('/v1/projects/{project}/metrics/{metric}', {
              params: { path: { project, metric: metric.key }, header: { 'If-Match': `"${metric.version}"` } },
              body,
            }),
      );
    },
    meta: { showsItsProblem: true },
    onError,
    onSuccess: async ({ key }) => {
      await queryClient.invalidateQueries({ queryKey: ['metrics', project] });
      onClose();
      if (metric === undefined)
        await navigate({ to: '/projects/$project/$environment/metrics/$metric', params: { ...scope, metric: key } });
    },
  });
}
