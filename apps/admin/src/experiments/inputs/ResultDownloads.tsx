import { Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import { saveBlob } from '../../parts/save-blob.ts';
import { useScope } from '../../shell/use-scope.ts';

interface Props {
  readonly experiment: string;
}

const place = '/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results' as const;

/** The results to take away: a table with every figure, and the bundle from which `stitchd recompute` makes them again. */
export function ResultDownloads({ experiment }: Props) {
  const path = { ...useScope(), experiment };
  const table = useMutation({
    mutationFn: async () => {
      const text = await answered(api.GET(`${place}/table`, { params: { path }, parseAs: 'text' }));
      saveBlob(new Blob([text], { type: 'text/csv' }), `${experiment}-results.csv`);
    },
  });
  const bundle = useMutation({
    mutationFn: async () => {
      const text = await answered(api.GET(`${place}/bundle`, { params: { path }, parseAs: 'text' }));
      saveBlob(new Blob([text], { type: 'application/json' }), `${experiment}-bundle.json`);
    },
  });
  return (
    <Group gap="xs">
      <DownloadButton label="CSV" isPending={table.isPending} onClick={() => table.mutate()} />
      <DownloadButton label="bundle" isPending={bundle.isPending} onClick={() => bundle.mutate()} />
    </Group>
  );
}

interface ButtonProps {
  readonly label: string;
  readonly isPending: boolean;
  readonly onClick: () => void;
}

function DownloadButton({ label, isPending, onClick }: ButtonProps) {
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
      loading={isPending}
      onClick={onClick}
      aria-label={`Download the results as ${label}`}
    >
      {label}
    </Button>
  );
}
