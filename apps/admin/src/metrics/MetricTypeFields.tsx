import { percentSuffix } from '../parts/numbers.ts';
import { ActionIcon, Button, Fieldset, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { metricLimits } from '@stitchd/core';
import { BoundedNumberInput } from '../parts/BoundedNumberInput.tsx';
import { EventFields } from './EventFields.tsx';
import { emptyFilter } from './filter-rows.ts';
import { MeasureFields, PropertyField } from './MeasureFields.tsx';
import type { MetricValues } from './metric-values.ts';

interface Props {
  readonly form: UseFormReturnType<MetricValues>;
}

/** What the chosen type needs. */
export function MetricTypeFields({ form }: Props) {
  const { type } = form.values;
  switch (type) {
    case 'ratio':
      return (
        <>
          <Fieldset legend="Numerator">
            <MeasureFields form={form} path="measure" label="What counts above" />
          </Fieldset>
          <Fieldset legend="Denominator">
            <MeasureFields form={form} path="denominator" label="What counts below" />
          </Fieldset>
        </>
      );
    case 'quantile':
      return <QuantileFields form={form} />;
    case 'funnel':
      return <FunnelFields form={form} />;
    case 'retention':
      return (
        <>
          <EventFields form={form} path="measure" />
          <Group grow align="flex-start">
            <BoundedNumberInput label="From day" min={0} max={metricLimits.retentionDays} {...form.getInputProps('fromDays')} />
            <BoundedNumberInput
              label="To before day"
              description="Days of 24 hours after the first exposure."
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              min={0}
              max={metricLimits.retentionDays}
              {...form.getInputProps('toDays')}
            />
          </Group>
        </>
      );
    default:
      return <MeasureFields form={form} path="measure" type={type} />;
  }
}

function QuantileFields({ form }: Props) {
  const { least, most } = metricLimits.quantileLevel;
  return (
    <>
      <Group align="flex-end">
        <BoundedNumberInput
          label="Quantile"
          suffix={percentSuffix}
          min={least * 100}
          max={most * 100}
          {...form.getInputProps('level')}
        />
        <SegmentedControl
          aria-label="Of what"
          data={[
            { value: 'event', label: 'of events' },
            { value: 'unit', label: 'of units' },
          ]}
          {...form.getInputProps('per')}
        />
      </Group>
      {form.values.per === 'unit' ? (
        <MeasureFields form={form} path="measure" label="What counts for each unit" />
      ) : (
        <>
          <EventFields form={form} path="measure" needsValue={form.values.measure.property === ''} />
          <PropertyField form={form} path="measure" />
        </>
      )}
    </>
  );
}

function FunnelFields({ form }: Props) {
  const { steps } = form.values;
  const { least, most } = metricLimits.funnelSteps;
  return (
    <Stack>
      {steps.map((_, index) => (
        <Group key={index} align="flex-start" wrap="nowrap">
          <Stack flex={1}>
            <EventFields form={form} path={`steps.${index}`} label={`Step ${index + 1}`} />
          </Stack>
          {steps.length > least && (
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={28}
              onClick={() => form.removeListItem('steps', index)}
              aria-label={`Remove step ${index + 1}`}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      {steps.length < most && (
        <Button
          variant="default"
          size="xs"
          w="fit-content"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.insertListItem('steps', { event: null, filter: emptyFilter })}
        >
          Add a step
        </Button>
      )}
      <BoundedNumberInput
        label="Hours from the first step to the last"
        min={0}
        max={metricLimits.withinHours.most}
        {...form.getInputProps('withinHours')}
      />
      <Text size="xs" c="dimmed">
        One event is one step, even where it fits several. What happens in the same millisecond counts in the order of the steps.
      </Text>
    </Stack>
  );
}
