import { Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { NameAndKey } from '../../parts/NameAndKey.tsx';
import type { WizardForm } from './Wizard.tsx';

/** What is expected, and why, before anybody has looked. */
export function HypothesisStep({ form, isFixed }: { readonly form: WizardForm; readonly isFixed: boolean }) {
  return (
    <>
      <Radio.Group label="What do you want?" {...form.getInputProps('kind')}>
        <Stack gap="xs" mt="xs">
          <Radio
            value="experiment"
            disabled={isFixed}
            label="Compare variants and decide"
            description="One metric decides, with a plan; the page says when to ship."
          />
          <Radio
            value="rollout"
            disabled={isFixed}
            label="Watch a rollout"
            description="Metrics beside a gradual release, at any time and without a plan; nothing is ever called a winner."
          />
        </Stack>
      </Radio.Group>
      {isFixed ? (
        <TextInput label="Name" autoComplete="off" {...form.getInputProps('name')} />
      ) : (
        <NameAndKey form={form} keyDescription="By which results are found. It can’t be changed later." />
      )}
      <Textarea
        label="Hypothesis"
        description="What will change, for whom, by how much, and why you believe so. It is frozen when the experiment starts."
        placeholder="A green button is seen sooner, so more visitors buy: at least 2 % more."
        autosize
        minRows={3}
        {...form.getInputProps('hypothesis')}
      />
    </>
  );
}
