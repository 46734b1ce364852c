import { Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { saveBlob } from '../../parts/save-blob.ts';
import type { ExperimentResults } from '../results.ts';
import { resultsCsv } from './results-csv.ts';

interface Props {
  readonly results: ExperimentResults;
}

/** The results to take away, as a table. */
export function ResultDownloads({ results }: Props) {
  return (
    <Group gap="xs">
      <CsvButton results={results} />
    </Group>
  );
}

function CsvButton({ results }: Props) {
  const save = () => saveBlob(new Blob([resultsCsv(results)], { type: 'text/csv' }), `${results.experimentKey}.csv`);
  return <DownloadButton label="CSV" isPending={false} onClick={save} />;
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
