import { Badge, Button, Group, Progress, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUpload } from '@tabler/icons-react';
import { answered } from '@stitchd/rest-client';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { eventJobsQuery } from '../api/queries.ts';
import { queryClient } from '../api/query-client.ts';
import { showProblem } from '../api/show-problem.tsx';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { ExportForm } from './ExportForm.tsx';
import { JobDetails } from './JobDetails.tsx';
import { isCancellable, jobShare, jobStanding, jobTitle } from './job-words.ts';
import { NewImportDialog } from './NewImportDialog.tsx';
import { isUnfinished, type EventJob } from './upload.ts';

/** Files of past items in, files of what is stored out. */
export function TransferView() {
  const can = useCan();
  const [importing, { open, close }] = useDisclosure();
  return (
    <Stack>
      {can('event.export') && <ExportForm />}
      <Section
        title="Imports and other jobs"
        actions={
          can('event.import') && (
            <Button leftSection={<IconUpload size={16} aria-hidden />} onClick={open} data-shortcut="create">
              Import a file
            </Button>
          )
        }
      >
        <Jobs />
      </Section>
      <NewImportDialog opened={importing} onClose={close} />
    </Stack>
  );
}

/** The job that is looked at is part of the address. */
function Jobs() {
  const scope = useScope();
  const { job: shown } = useSearch({ from: '/signed-in/projects/$project/$environment/metrics' });
  const navigate = useNavigate();
  const query = useInfiniteQuery(eventJobsQuery(scope));
  const show = (job: string | undefined): void =>
    void navigate({
      to: '/projects/$project/$environment/metrics',
      params: scope,
      search: { tab: 'transfer', job },
      replace: true,
    });
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (rows.length === 0)
          return (
            <EmptyState title="No jobs yet">
              Past events and exposures from a file count like those that SDKs send, also for the time before an experiment.
            </EmptyState>
          );
        return (
          <>
            <DataTable label="Jobs" columns={columns(show)} rows={rows} rowKey={({ id }) => id} />
            <ShowMore query={query} />
            <JobDetails job={rows.find(({ id }) => id === shown)} onClose={() => show(undefined)} />
          </>
        );
      }}
    </Loaded>
  );
}

const stateColours: Readonly<Record<EventJob['state'], string>> = {
  waiting: 'gray',
  running: 'blue',
  succeeded: 'green',
  failed: 'red',
  cancelled: 'gray',
};

function columns(show: (job: string) => void): readonly Column<EventJob>[] {
  return [
    {
      header: 'Job',
      cell: (job) => (
        <UnstyledButton onClick={() => show(job.id)} td="underline">
          {jobTitle(job)}
        </UnstyledButton>
      ),
    },
    {
      header: 'State',
      cell: ({ state, cancelling }) => (
        <Badge variant="light" color={stateColours[state]}>
          {cancelling ? 'ending' : state}
        </Badge>
      ),
    },
    { header: 'Standing', cell: (job) => <Standing job={job} /> },
    { header: 'Begun', cell: ({ createdAt }) => <When at={createdAt} /> },
    { header: 'Action', align: 'right', cell: (job) => isCancellable(job) && <CancelButton job={job} /> },
  ];
}

function Standing({ job }: { readonly job: EventJob }) {
  const share = jobShare(job);
  return (
    <Stack gap={4}>
      <Text size="sm">{jobStanding(job)}</Text>
      {isUnfinished(job) && share !== undefined && <Progress value={share * 100} aria-label={`Read of ${jobTitle(job)}`} />}
    </Stack>
  );
}

function CancelButton({ job }: { readonly job: EventJob }) {
  const scope = useScope();
  const mayCancel = useCan()('event.write');
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/event-jobs/{job}/cancel', {
          params: { path: { ...scope, job: job.id } },
        }),
      ),
    onError: (error) => showProblem(error, 'The job was not cancelled'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['event-jobs', scope.project, scope.environment] }),
  });
  if (!mayCancel) return null;
  return (
    <Group justify="flex-end">
      <Button size="xs" variant="default" loading={isPending} aria-label={`Cancel ${jobTitle(job)}`} onClick={() => mutate()}>
        Cancel
      </Button>
    </Group>
  );
}
