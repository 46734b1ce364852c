import { Autocomplete, Group, Select, Stack } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { measureTypes, type MeasureType } from '@stitchd/core';
import { BoundedNumberInput } from '../parts/BoundedNumberInput.tsx';
import { percentSuffix } from '../parts/numbers.ts';
import { shownSuggestions } from '../parts/suggestions.ts';
import { EventFields } from './EventFields.tsx';
import { measureLabels, options } from './metric-types.ts';
import { takesCap, takesNumber, type MetricValues } from './metric-values.ts';
import { useEventProperties } from './use-event-properties.ts';

interface Props {
  readonly form: UseFormReturnType<MetricValues>;
  readonly path: 'measure' | 'denominator';
  /** The type where the metric's says it; else it is chosen here. */
  readonly type?: MeasureType | undefined;
  readonly label?: string;
}

/** One number per unit: what is counted, of which events, and the most that one unit may weigh. */
export function MeasureFields({ form, path, type, label }: Props) {
  const chosen = type ?? form.values[path].type;
  return (
    <Stack gap="xs">
      {type === undefined && (
        <Select
          label={label}
          allowDeselect={false}
          data={options(measureLabels)}
          value={chosen}
          onChange={(next) => form.setFieldValue(`${path}.type`, measureTypes.find((known) => known === next) ?? 'sum')}
        />
      )}
      <EventFields form={form} path={path} needsValue={takesNumber(chosen) && form.values[path].property === ''} />
      {takesNumber(chosen) && <PropertyField form={form} path={path} />}
      {takesCap(chosen) && <CapFields form={form} path={path} />}
    </Stack>
  );
}

export function PropertyField({ form, path }: Pick<Props, 'form' | 'path'>) {
  const { numbers } = useEventProperties(form.values[path].event ?? '');
  return (
    <Autocomplete
      label="Number"
      description="A property, such as cart.total. Empty: the value of the event."
      placeholder="the value of the event"
      spellCheck={false}
      data={[...numbers]}
      limit={shownSuggestions}
      {...form.getInputProps(`${path}.property`)}
    />
  );
}

const caps = [
  { value: 'none', label: 'No limit' },
  { value: 'value', label: 'A value' },
  { value: 'quantile', label: 'A quantile' },
];

function CapFields({ form, path }: Pick<Props, 'form' | 'path'>) {
  const { cap } = form.values[path];
  return (
    <Group grow align="flex-start">
      <Select label="The most that one unit may weigh" allowDeselect={false} data={caps} {...form.getInputProps(`${path}.cap`)} />
      {cap === 'value' && <BoundedNumberInput label="At most" min={0} {...form.getInputProps(`${path}.capValue`)} />}
      {cap === 'quantile' && (
        <BoundedNumberInput
          label="Quantile of the values above 0"
          suffix={percentSuffix}
          min={50}
          max={99.999}
          decimalScale={3}
          {...form.getInputProps(`${path}.capLevel`)}
        />
      )}
    </Group>
  );
}
