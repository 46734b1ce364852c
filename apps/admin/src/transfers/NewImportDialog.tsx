import { shareText } from '../parts/numbers.ts';
import { Checkbox, FileInput, Modal, Progress, Select, Stack, Text } from '@mantine/core';
import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import type { Scope } from '../shell/choose-scope.ts';
import { useScope } from '../shell/use-scope.ts';
import { formatOf } from './format-of.ts';
import { uploadFile } from './upload.ts';

const itemTypes = [
  { value: 'event', label: 'Events' },
  { value: 'exposure', label: 'Exposures' },
] as const;

export function NewImportDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Import past items" centered>
      <ImportForm onClose={onClose} />
    </Modal>
  );
}

function ImportForm({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope();
  const [file, setFile] = useState<File | null>(null);
  const [itemType, setItemType] = useState<'event' | 'exposure'>('event');
  const [again, setAgain] = useState(false);
  const [share, setShare] = useState<number>();
  const format = file === null ? undefined : formatOf(file.name);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (chosen: File) => importFile(scope, chosen, { itemType, again }, setShare),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['event-jobs', scope.project, scope.environment] }),
    onSuccess: onClose,
  });
  return (
    <DialogForm
      onSubmit={(event) => {
        event.preventDefault();
        if (file !== null && format !== undefined) mutate(file);
      }}
      onCancel={onClose}
      submitLabel="Import"
      failure="The file was not imported"
      error={error}
      isPending={isPending}
    >
      <FileInput
        label="File"
        placeholder="CSV, JSON lines or Parquet"
        accept=".csv,.jsonl,.ndjson,.parquet"
        required
        value={file}
        onChange={setFile}
        error={file !== null && format === undefined && 'Its name must end in .csv, .jsonl, .ndjson or .parquet'}
        data-autofocus
      />
      <Select
        label="What its rows are"
        allowDeselect={false}
        data={itemTypes}
        value={itemType}
        onChange={(type) => setItemType(type === 'exposure' ? 'exposure' : 'event')}
      />
      <Checkbox
        label="Import it although it was imported before"
        checked={again}
        onChange={(event) => setAgain(event.currentTarget.checked)}
      />
      <Text size="sm" c="dimmed">
        Columns are found by their names: at, key, value, user, context.…, properties.… For other names use{' '}
        <code>stitchd import --map</code>.
      </Text>
      {share !== undefined && (
        <Stack gap={4}>
          <Text size="sm">Uploading {shareText(Math.round(share * 100) / 100)}; leave this page open until it is done.</Text>
          <Progress value={share * 100} aria-label="Uploaded" />
        </Stack>
      )}
    </DialogForm>
  );
}

async function importFile(
  scope: Scope,
  file: File,
  options: { readonly itemType: 'event' | 'exposure'; readonly again: boolean },
  onSent: (share: number) => void,
) {
  const format = formatOf(file.name);
  if (format === undefined) throw new Error('The name of the file does not say its format.');
  const body = { ...options, format, sizeBytes: file.size, fileName: file.name };
  const job = await answered(
    api.POST('/v1/projects/{project}/environments/{environment}/imports', { params: { path: { ...scope } }, body }),
  );
  await queryClient.invalidateQueries({ queryKey: ['event-jobs', scope.project, scope.environment] });
  return uploadFile(scope, job, file, onSent);
}
