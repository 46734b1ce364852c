import { Alert, Drawer, Stack, Text } from '@mantine/core';
import { DataTable } from '../parts/DataTable.tsx';
import { jobStanding, jobTitle } from './job-words.ts';
import { numberIn, type EventJob } from './upload.ts';

interface Rejection {
  readonly row: number;
  readonly code: string;
  readonly message: string;
}

/** What became of one job, and which rows were not taken. */
export function JobDetails({ job, onClose }: { readonly job: EventJob | undefined; readonly onClose: () => void }) {
  return (
    <Drawer opened={job !== undefined} onClose={onClose} position="right" size="lg" title={job && jobTitle(job)}>
      {job !== undefined && <Details job={job} />}
    </Drawer>
  );
}

function Details({ job }: { readonly job: EventJob }) {
  const rejections = (job.progress?.['rejections'] ?? []) as unknown as readonly Rejection[];
  const ignored = (job.progress?.['ignoredColumns'] ?? []) as unknown as readonly string[];
  const hidden = numberIn(job.progress, 'rejected') - rejections.length;
  return (
    <Stack>
      <Text>{jobStanding(job)}</Text>
      {job.errorMessage !== '' && (
        <Alert
          color={job.state === 'failed' ? 'red' : 'yellow'}
          title={job.state === 'failed' ? 'It failed' : 'The last attempt failed'}
        >
          {job.errorMessage} ({job.errorCode})
        </Alert>
      )}
      {ignored.length > 0 && <Text size="sm">Columns left aside: {ignored.join(', ')}</Text>}
      {rejections.length > 0 && (
        <DataTable
          label="Rejected rows"
          minWidth={360}
          rows={rejections}
          rowKey={({ row, code }) => `${row} ${code}`}
          columns={[
            { header: 'Row', align: 'right', width: 80, cell: ({ row }) => row.toLocaleString('en') },
            { header: 'Why it was rejected', cell: ({ message, code }) => `${message} (${code})` },
          ]}
        />
      )}
      {hidden > 0 && <Text size="sm">And {hidden.toLocaleString('en')} more.</Text>}
      <Text size="xs" c="dimmed">
        Job {job.id}, asked for by {job.createdBy}
      </Text>
    </Stack>
  );
}
