import { Group, NumberInput } from '@mantine/core';
import type { WizardForm } from './NewExperimentPage.tsx';

/** What is to be found, and how much that takes. */
export function Planning({ form }: { readonly form: WizardForm }) {
  return (
    <Group grow align="flex-start">
      <NumberInput
        label="Least effect that matters"
        suffix=" %"
        min={0.01}
        decimalScale={3}
        {...form.getInputProps('minimumEffect')}
      />
      <NumberInput label="Units, all arms together" min={1} thousandSeparator="," {...form.getInputProps('plannedUnits')} />
      <NumberInput label="Days" min={1} {...form.getInputProps('plannedDays')} />
    </Group>
  );
}
