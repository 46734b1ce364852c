import { Select, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { eventsQuery } from '../api/queries.ts';
import { useScope } from '../shell/use-scope.ts';
import { FilterEditor } from './FilterEditor.tsx';
import type { MetricValues, SelectionValues } from './metric-values.ts';
import { useEventProperties } from './use-event-properties.ts';

interface Props {
  readonly form: UseFormReturnType<MetricValues>;
  readonly path: 'measure' | 'denominator' | `steps.${number}`;
  readonly label?: string;
  /** Only events that carry a number fit. */
  readonly needsValue?: boolean;
}

/** An event, and which of it count. */
export function EventFields({ form, path, label = 'Event', needsValue = false }: Props) {
  const { project } = useScope();
  const events = useQuery(eventsQuery(project));
  const { event, filter } = selectionAt(form.values, path);
  const suggestions = useEventProperties(event ?? '');
  const usable = events.data?.filter(({ valueType }) => !needsValue || valueType !== 'none') ?? [];
  return (
    <Stack gap="xs">
      <Select
        label={label}
        required
        searchable
        data={usable.map(({ key, name }) => ({ value: key, label: name }))}
        nothingFoundMessage="No event that fits"
        {...form.getInputProps(`${path}.event`)}
      />
      <FilterEditor
        label={`Filter of ${label.toLowerCase()}`}
        filter={filter}
        suggestions={suggestions}
        onChange={(changed) => form.setFieldValue(`${path}.filter`, changed)}
      />
    </Stack>
  );
}

function selectionAt(values: MetricValues, path: Props['path']): SelectionValues {
  if (path === 'measure' || path === 'denominator') return values[path];
  const step = values.steps[Number(path.slice('steps.'.length))];
  if (step === undefined) throw new Error('there is no such step');
  return step;
}
