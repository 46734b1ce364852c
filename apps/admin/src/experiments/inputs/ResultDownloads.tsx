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

/** The results to take away, as a table with every figure. */
export function ResultDownloads({ experiment }: Props) {
  const scope = useScope();
  const save = useMutation({
    mutationFn: async () => {
      const table = await answered(
        api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/table', {
          params: { path: { ...scope, experiment } },
          parseAs: 'text',
        }),
      );
      saveBlob(new Blob([table], { type: 'text/csv' }), `${experiment}-results.csv`);
    },
  });
  return (
    <Group gap="xs">
      <DownloadButton label="CSV" isPending={save.isPending} onClick={() => save.mutate()} />
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
