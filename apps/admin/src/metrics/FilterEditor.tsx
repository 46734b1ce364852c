import { ActionIcon, Autocomplete, Button, Group, Paper, Select, Stack, Switch, TagsInput, Text } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { propertyFilterLimits, propertyOperators, type PropertyOperator } from '@stitchd/core';
import { shownSuggestions, type Suggestions } from '../parts/suggestions.ts';
import { emptyFilter, newCondition, type ConditionRow, type FilterGroup } from './filter-rows.ts';

interface Props {
  readonly filter: FilterGroup;
  readonly onChange: (filter: FilterGroup) => void;
  /** What it is about, for those who hear it. */
  readonly label: string;
  readonly suggestions: Suggestions;
}

/** Which events count: nothing at first, then conditions, and groups in groups. */
export function FilterEditor({ filter, onChange, label, suggestions }: Props) {
  if (filter.parts.length === 0)
    return (
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange({ ...filter, parts: [newCondition] })}
        w="fit-content"
      >
        Only some of them: add a filter
      </Button>
    );
  const remove = (): void => onChange(emptyFilter);
  return <GroupEditor group={filter} onChange={onChange} onRemove={remove} depth={1} label={label} suggestions={suggestions} />;
}

interface GroupProps {
  readonly group: FilterGroup;
  readonly onChange: (group: FilterGroup) => void;
  readonly onRemove: () => void;
  readonly depth: number;
  readonly label: string;
  readonly suggestions: Suggestions;
}

const matches = [
  { value: 'all', label: 'all of these hold' },
  { value: 'any', label: 'any of these holds' },
];

function GroupEditor({ group, onChange, onRemove, depth, label, suggestions }: GroupProps) {
  const replace = (index: number, part: FilterGroup | ConditionRow) =>
    onChange({ ...group, parts: group.parts.map((old, place) => (place === index ? part : old)) });
  const remove = (index: number): void => {
    const parts = group.parts.filter((_, place) => place !== index);
    if (parts.length === 0) onRemove();
    else onChange({ ...group, parts });
  };
  const add = (part: FilterGroup | ConditionRow) => onChange({ ...group, parts: [...group.parts, part] });
  return (
    <Paper withBorder p="xs" role="group" aria-label={label}>
      <Stack gap="xs">
        <Group gap="xs">
          <Text size="sm">Only where</Text>
          <Select
            aria-label="How conditions are joined"
            size="xs"
            w={170}
            allowDeselect={false}
            data={matches}
            value={group.match}
            onChange={(match) => onChange({ ...group, match: match === 'any' ? 'any' : 'all' })}
          />
          <NotSwitch part={group} onChange={(not) => onChange({ ...group, not })} />
          <Remove what="group" onRemove={onRemove} />
        </Group>
        {group.parts.map((part, index) =>
          part.kind === 'group' ? (
            <GroupEditor
              key={index}
              group={part}
              depth={depth + 1}
              onChange={(changed) => replace(index, changed)}
              onRemove={() => remove(index)}
              label={`${label}, group ${index + 1}`}
              suggestions={suggestions}
            />
          ) : (
            <ConditionEditor
              key={index}
              condition={part}
              onChange={(changed) => replace(index, changed)}
              onRemove={() => remove(index)}
              suggestions={suggestions}
            />
          ),
        )}
        <Group gap="xs">
          <Button variant="subtle" size="compact-xs" onClick={() => add(newCondition)}>
            Add a condition
          </Button>
          {depth + 2 <= propertyFilterLimits.depth && (
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => add({ ...emptyFilter, match: 'any', parts: [newCondition] })}
            >
              Add a group
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}

const operatorLabels: Readonly<Record<PropertyOperator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '<': '<',
  '<=': '≤',
  '>': '>',
  '>=': '≥',
  in: 'is one of',
  contains: 'contains',
  exists: 'is there',
};

interface ConditionProps {
  readonly condition: ConditionRow;
  readonly onChange: (condition: ConditionRow) => void;
  readonly onRemove: () => void;
  readonly suggestions: Suggestions;
}

function ConditionEditor({ condition, onChange, onRemove, suggestions }: ConditionProps) {
  const { property, operator, values } = condition;
  // What is compared by size or by a part is seldom a whole value.
  const known = operator === '=' || operator === '!=' || operator === 'in' ? [...suggestions.values(property)] : [];
  const choose = (next: PropertyOperator): void => {
    const [first = ''] = values;
    const kept = next === 'in' ? values.filter((value) => value !== '') : [first];
    onChange({ ...condition, operator: next, values: next === 'exists' ? [] : kept });
  };
  return (
    <Group gap="xs">
      <Autocomplete
        aria-label="Property"
        placeholder="property, such as cart.total"
        size="xs"
        w={190}
        spellCheck={false}
        value={property}
        data={[...suggestions.names]}
        limit={shownSuggestions}
        onChange={(next) => onChange({ ...condition, property: next })}
      />
      <Select
        aria-label="Comparison"
        size="xs"
        w={110}
        allowDeselect={false}
        data={propertyOperators.map((value) => ({ value, label: operatorLabels[value] }))}
        value={operator}
        onChange={(next) => choose(propertyOperators.find((one) => one === next) ?? '=')}
      />
      {operator === 'in' && (
        <TagsInput
          aria-label="Values"
          size="xs"
          w={220}
          value={[...values]}
          placeholder="type, then Enter"
          data={known}
          onChange={(next) => onChange({ ...condition, values: next })}
        />
      )}
      {operator !== 'in' && operator !== 'exists' && (
        <Autocomplete
          aria-label="Value"
          size="xs"
          w={150}
          value={values[0] ?? ''}
          data={known}
          limit={shownSuggestions}
          onChange={(next) => onChange({ ...condition, values: [next] })}
        />
      )}
      <NotSwitch part={condition} onChange={(not) => onChange({ ...condition, not })} />
      <Remove what="condition" onRemove={onRemove} />
    </Group>
  );
}

function NotSwitch({ part, onChange }: { readonly part: { readonly not: boolean }; readonly onChange: (not: boolean) => void }) {
  return <Switch size="xs" label="not" checked={part.not} onChange={(event) => onChange(event.currentTarget.checked)} />;
}

function Remove({ what, onRemove }: { readonly what: string; readonly onRemove: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" onClick={onRemove} aria-label={`Remove this ${what}`}>
      <IconTrash size={16} aria-hidden />
    </ActionIcon>
  );
}
