import { percentSuffix } from '../../parts/numbers.ts';
import { Alert, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { configurationQuery } from '../../api/queries.ts';
import { BoundedNumberInput } from '../../parts/BoundedNumberInput.tsx';
import { FlagSelect } from '../../flags/FlagSelect.tsx';
import { useScope } from '../../shell/use-scope.ts';
import type { WizardForm } from './Wizard.tsx';
import { splitsOf } from './splits-of.ts';
import { wizardBounds } from './wizard-values.ts';

/** Where chance gives out the variants, by which unit, and what they are compared with. */
export function SplitStep({ form, isFixed }: { readonly form: WizardForm; readonly isFixed: boolean }) {
  const scope = useScope();
  const { flagKey, ruleId } = form.values;
  const configuration = useQuery({ ...configurationQuery(scope, flagKey ?? ''), enabled: flagKey !== null });
  const splits = configuration.data === undefined ? [] : splitsOf(configuration.data.document);
  const split = splits.find((one) => one.ruleId === ruleId) ?? splits[0];
  return (
    <>
      <FlagSelect
        label="Flag"
        required
        disabled={isFixed}
        value={flagKey}
        error={form.errors['flagKey']}
        onChange={(next) => form.setValues({ flagKey: next, ruleId: '', baselineVariant: null, unitKind: '' })}
      />
      {configuration.data !== undefined && splits.length === 0 && (
        <Alert color="yellow" title="This flag has no split here">
          An experiment compares variants that chance gives out. Let the flag serve its variants by percentage first.
        </Alert>
      )}
      {split !== undefined && (
        <Select
          label="Split"
          description="Where the flag gives out its variants by percentage."
          allowDeselect={false}
          disabled={isFixed}
          data={splits.map((one) => ({ value: one.ruleId, label: one.label }))}
          value={split.ruleId}
          onChange={(next) => form.setValues({ ruleId: next ?? '', baselineVariant: null })}
        />
      )}
      {split !== undefined && (
        <Text size="sm">
          The unit is the <b>{split.contextKind}</b>: it gets its variant by its key, keeps it, and counts once. Events have to
          carry the same key.
        </Text>
      )}
      <Select
        label="Baseline"
        description="The variant that the others are compared with: usually what people have today."
        required
        disabled={split === undefined}
        data={split?.variants ?? []}
        {...form.getInputProps('baselineVariant')}
        onChange={(next) =>
          form.setValues({ baselineVariant: next, ruleId: split?.ruleId ?? '', unitKind: split?.contextKind ?? '' })
        }
      />
      <BoundedNumberInput
        label="Who takes part"
        description="Empty: as the split has it. It can be raised while the experiment runs, and never lowered."
        {...wizardBounds.enrolment}
        decimalScale={3}
        suffix={percentSuffix}
        {...form.getInputProps('enrolment')}
      />
    </>
  );
}
