import { ActionIcon, Button, Group, Input, Paper, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useSeenAttributes } from '../contexts/use-seen-attributes.ts';
import { FilterEditor } from '../metrics/FilterEditor.tsx';
import { exposureFields } from './exposure-fields.ts';
import { newExclusion, type ExclusionRow } from './exclusion-rows.ts';

interface Props {
  readonly value: readonly ExclusionRow[];
  readonly onChange: (rows: readonly ExclusionRow[]) => void;
  /** By the path of the field in the settings. */
  readonly errors: Readonly<Record<string, unknown>>;
  readonly readOnly: boolean;
  /** What exposures carry of contexts. */
  readonly exposureAttributes: readonly string[];
}

/** Traffic that results leave out: names, each with a filter of exposures. */
export function Exclusions({ value, onChange, errors, readOnly, exposureAttributes }: Props) {
  const suggestions = exposureFields(exposureAttributes, useSeenAttributes());
  const replace = (index: number, change: Partial<ExclusionRow>): void =>
    onChange(value.map((row, place) => (place === index ? { ...row, ...change } : row)));
  return (
    <Input.Wrapper
      component="fieldset"
      label="Traffic that results leave out"
      description="Exposures that fit a filter count in no result: tests, bots, your own people. A property is attributes.plan, unit.device, sdk or sdkVersion."
      styles={{ root: { border: 0, padding: 0, margin: 0 } }}
      labelElement="div"
    >
      <Stack gap="xs" mt="xs">
        {value.length === 0 && (
          <Text size="sm" c="dimmed">
            All traffic counts.
          </Text>
        )}
        {value.map((row, index) => (
          <Paper key={index} withBorder p="xs" component="fieldset" disabled={readOnly} aria-label={`Exclusion ${row.name}`}>
            <Stack gap="xs">
              <Group gap="xs" align="flex-start">
                <TextInput
                  aria-label="Name"
                  placeholder="such as Bots"
                  size="xs"
                  w={220}
                  readOnly={readOnly}
                  value={row.name}
                  error={textOf(errors[`exclusions.${index}.name`])}
                  onChange={(event) => replace(index, { name: event.currentTarget.value })}
                />
                {!readOnly && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove the exclusion ${row.name}`}
                    onClick={() => onChange(value.filter((_, place) => place !== index))}
                  >
                    <IconTrash size={16} aria-hidden />
                  </ActionIcon>
                )}
              </Group>
              <FilterEditor
                label={`Filter of ${row.name === '' ? 'this exclusion' : row.name}`}
                filter={row.filter}
                suggestions={suggestions}
                onChange={(filter) => replace(index, { filter })}
              />
              <Input.Error>{textOf(errors[`exclusions.${index}.filter`])}</Input.Error>
            </Stack>
          </Paper>
        ))}
        <Input.Error>{textOf(errors['exclusions'])}</Input.Error>
        {!readOnly && (
          <Button
            variant="subtle"
            size="compact-sm"
            w="fit-content"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange([...value, newExclusion])}
          >
            Leave out some traffic
          </Button>
        )}
      </Stack>
    </Input.Wrapper>
  );
}

const textOf = (error: unknown): string | undefined => (typeof error === 'string' ? error : undefined);
