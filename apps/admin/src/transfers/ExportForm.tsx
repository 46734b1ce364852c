import { Alert, Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ProblemDetail } from '../api/show-problem.tsx';
import { Section } from '../parts/Section.tsx';
import { useScope } from '../shell/use-scope.ts';
import { download, type Download } from './download.ts';

const dayMs = 86_400_000;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const kinds = [
  { value: 'events', label: 'Events' },
  { value: 'exposures', label: 'Exposures' },
] as const;
const formats = [
  { value: 'csv', label: 'CSV' },
  { value: 'jsonl', label: 'JSON lines' },
  { value: 'parquet', label: 'Parquet' },
] as const;

/** What is stored, as a file. */
export function ExportForm() {
  const scope = useScope();
  const [wanted, setWanted] = useState({
    what: 'events' as Download['what'],
    format: 'csv' as Download['format'],
    from: day(Date.now() - 7 * dayMs),
    to: day(Date.now()),
    forSpreadsheets: true,
  });
  const change = (changed: Partial<typeof wanted>): void => setWanted({ ...wanted, ...changed });
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      download(scope, {
        ...wanted,
        from: `${wanted.from}T00:00:00Z`,
        // The last day is part of the period.
        to: new Date(Date.parse(`${wanted.to}T00:00:00Z`) + dayMs).toISOString(),
        forSpreadsheets: wanted.format === 'csv' && wanted.forSpreadsheets,
      }),
  });
  const isPeriod = wanted.from !== '' && wanted.to !== '' && wanted.from <= wanted.to;
  return (
    <Section title="Download">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate();
        }}
      >
        <Stack gap="sm">
          {error !== null && (
            <Alert color="red" title="Nothing whole was downloaded" role="alert">
              <ProblemDetail error={error} />
            </Alert>
          )}
          <Group align="flex-end" gap="sm">
            <Select
              label="What"
              w={140}
              allowDeselect={false}
              data={kinds}
              value={wanted.what}
              onChange={(what) => change({ what: kinds.find(({ value }) => value === what)?.value ?? 'events' })}
            />
            <TextInput
              label="First day"
              type="date"
              value={wanted.from}
              onChange={(event) => change({ from: event.currentTarget.value })}
            />
            <TextInput
              label="Last day"
              type="date"
              value={wanted.to}
              error={!isPeriod && 'Not before the first day'}
              onChange={(event) => change({ to: event.currentTarget.value })}
            />
            <Select
              label="Format"
              w={140}
              allowDeselect={false}
              data={formats}
              value={wanted.format}
              onChange={(format) => change({ format: formats.find(({ value }) => value === format)?.value ?? 'csv' })}
            />
            <Button type="submit" loading={isPending} disabled={!isPeriod} leftSection={<IconDownload size={16} aria-hidden />}>
              Download
            </Button>
          </Group>
          {wanted.format === 'csv' && (
            <Checkbox
              label="For a spreadsheet: texts that it would take for formulas begin with an apostrophe"
              checked={wanted.forSpreadsheets}
              onChange={(event) => change({ forSpreadsheets: event.currentTarget.checked })}
            />
          )}
          <Text size="sm" c="dimmed">
            Each item once, by when it happened; days are days in UTC. The file holds the keys of your users.
          </Text>
        </Stack>
      </form>
    </Section>
  );
}
