import { Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import { saveBlob } from '../../parts/save-blob.ts';
import { useScope } from '../../shell/use-scope.ts';
import type { ExperimentResults } from '../results.ts';
import { resultsCsv } from './results-csv.ts';

interface Props {
  readonly results: ExperimentResults;
}

/** The results to take away: as a table, and as the bundle from which anybody computes them again. */
export function ResultDownloads({ results }: Props) {
  return (
    <Group gap="xs">
      <CsvButton results={results} />
      <BundleButton experiment={results.experimentKey} />
    </Group>
  );
}

function CsvButton({ results }: Props) {
  const save = () => saveBlob(new Blob([resultsCsv(results)], { type: 'text/csv' }), `${results.experimentKey}.csv`);
  return <DownloadButton label="CSV" isPending={false} onClick={save} />;
}

/** Settings, sufficient statistics and results: `stitchd recompute` makes the same numbers from it, without a server. */
function BundleButton({ experiment }: { readonly experiment: string }) {
  const scope = useScope();
  const save = useMutation({
    mutationFn: async () => {
      const bundle = await answered(
        api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/bundle', {
          params: { path: { ...scope, experiment } },
        }),
      );
      const text = JSON.stringify(bundle, undefined, 2);
      saveBlob(new Blob([text], { type: 'application/json' }), `${experiment}-bundle.json`);
    },
  });
  return <DownloadButton label="bundle" isPending={save.isPending} onClick={() => save.mutate()} />;
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
