import { percentSuffix } from '../../parts/numbers.ts';
import { Accordion, Group, Select, Switch, TagsInput, Text } from '@mantine/core';
import { BoundedNumberInput } from '../../parts/BoundedNumberInput.tsx';
import { alphaText } from '../plan/plan-facts.ts';
import type { WizardForm } from './Wizard.tsx';
import { Planning } from './Planning.tsx';
import { typed, wizardBounds } from './wizard-values.ts';

interface Props {
  readonly form: WizardForm;
}

/** How small an effect is to be found, and so how many units and days it takes. */
export function PowerStep({ form }: Props) {
  return (
    <>
      {form.values.kind === 'experiment' ? (
        <Planning form={form} />
      ) : (
        <Text size="sm">A rollout is watched without a plan: nothing has to be decided here.</Text>
      )}
      <Accordion variant="contained" order={2}>
        <Accordion.Item value="analysis">
          <Accordion.Control>How it is analysed</Accordion.Control>
          <Accordion.Panel>
            <AnalysisFields form={form} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  );
}

function AnalysisFields({ form }: Props) {
  const { kind, alpha } = form.values;
  return (
    <>
      <Group grow align="flex-start">
        <BoundedNumberInput
          label="Level α"
          description={`${alphaText((typed(alpha) ?? 5) / 100, kind)}.`}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...wizardBounds.alpha}
          decimalScale={2}
          suffix={percentSuffix}
          {...form.getInputProps('alpha')}
        />
        {kind === 'experiment' && (
          <Select
            label="Looking"
            description="A fixed horizon needs a little less time, and has one look."
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            allowDeselect={false}
            data={[
              { value: 'sequential', label: 'At any time' },
              { value: 'fixed-horizon', label: 'Once, at the planned end' },
            ]}
            {...form.getInputProps('design')}
          />
        )}
      </Group>
      <Group grow align="flex-start" mt="sm">
        <BoundedNumberInput
          label="Computed every so many minutes"
          {...wizardBounds.scheduleMinutes}
          {...form.getInputProps('scheduleMinutes')}
        />
        <BoundedNumberInput
          label="Days before the exposure to adjust by"
          {...wizardBounds.prePeriodDays}
          disabled={form.values.adjustment === 'off'}
          {...form.getInputProps('prePeriodDays')}
        />
      </Group>
      <Switch
        mt="sm"
        label="Adjust by what units did before"
        description="Narrower intervals, as if there were more users. What is shown raw stays to be seen."
        checked={form.values.adjustment === 'on'}
        onChange={(event) => form.setFieldValue('adjustment', event.currentTarget.checked ? 'on' : 'off')}
      />
      <Switch
        mt="sm"
        label="Serve everybody the baseline when a metric is surely harmed"
        description="It is told in any case."
        checked={form.values.onHarm === 'serve-baseline'}
        onChange={(event) => form.setFieldValue('onHarm', event.currentTarget.checked ? 'serve-baseline' : 'tell')}
      />
      <TagsInput
        mt="sm"
        label="Break down by"
        description="At most five attributes that an exposure carries, such as country. For ideas, never for a verdict."
        maxTags={5}
        {...form.getInputProps('dimensions')}
      />
    </>
  );
}
