import { percentSuffix } from '../../parts/numbers.ts';
import { ActionIcon, Button, Group, Input, MultiSelect, Select, Stack } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { metricsQuery } from '../../api/queries.ts';
import { BoundedNumberInput } from '../../parts/BoundedNumberInput.tsx';
import { useScope } from '../../shell/use-scope.ts';
import type { WizardForm } from './Wizard.tsx';
import { metricsOf, newGuardrail, wizardBounds } from './wizard-values.ts';

interface Props {
  readonly form: WizardForm;
}

interface Option {
  readonly value: string;
  readonly label: string;
}

const notFound = 'No such metric. Create it under Metrics & events.';

/** One metric decides, guardrails must not get worse, the others give ideas. */
export function MetricsStep({ form }: Props) {
  const metrics = useQuery(metricsQuery(useScope().project));
  const options = (metrics.data ?? []).filter(({ archived }) => !archived).map(({ key, name }) => ({ value: key, label: name }));
  // One that has a role already is offered nowhere else.
  const taken = metricsOf(form.values).map(({ key }) => key);
  const free = (...own: readonly (string | null)[]) =>
    options.filter(({ value }) => own.includes(value) || !taken.includes(value));
  const isRollout = form.values.kind === 'rollout';
  return (
    <>
      {!isRollout && (
        <Select
          label="Primary metric"
          description="The one by which you decide. More than one would find something by luck."
          required
          searchable
          data={free(form.values.primary)}
          nothingFoundMessage={notFound}
          {...form.getInputProps('primary')}
        />
      )}
      <Guardrails form={form} free={free} />
      <MultiSelect
        label={isRollout ? 'Metrics to watch' : 'Secondary metrics'}
        description={
          isRollout
            ? 'Shown with intervals that hold whenever you look.'
            : 'They give ideas for the next experiment, never a verdict.'
        }
        searchable
        // Upwards: it stays open for more than one, and must not lie on the button that goes on.
        comboboxProps={{ position: 'top' }}
        data={free(...form.values.secondary)}
        nothingFoundMessage={notFound}
        {...form.getInputProps('secondary')}
      />
    </>
  );
}

interface GuardrailProps extends Props {
  /** Metrics without a role, and those of one's own. */
  readonly free: (...own: readonly (string | null)[]) => readonly Option[];
}

function Guardrails({ form, free }: GuardrailProps) {
  return (
    <Input.Wrapper
      label="Guardrails"
      labelElement="div"
      description="What must not get worse by more than a margin. All of them have to be shown safe before the page says to ship."
    >
      <Stack gap="xs" mt="xs">
        {form.values.guardrails.map(({ key }, index) => (
          <Group key={index} align="flex-start" wrap="nowrap">
            <Select
              aria-label={`Guardrail ${index + 1}`}
              placeholder="Metric"
              searchable
              style={{ flexGrow: 1 }}
              data={[...free(key)]}
              nothingFoundMessage={notFound}
              {...form.getInputProps(`guardrails.${index}.key`)}
            />
            <BoundedNumberInput
              aria-label={`Margin of guardrail ${index + 1}, in per cent`}
              w={190}
              {...wizardBounds.margin}
              decimalScale={2}
              prefix="at most "
              suffix={`${percentSuffix} worse`}
              {...form.getInputProps(`guardrails.${index}.margin`)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={`Remove guardrail ${index + 1}`}
              onClick={() => form.removeListItem('guardrails', index)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.insertListItem('guardrails', newGuardrail)}
          style={{ alignSelf: 'flex-start' }}
        >
          Add a guardrail
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
