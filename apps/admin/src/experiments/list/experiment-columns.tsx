import { Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import type { Column } from '../../parts/DataTable.tsx';
import { ExperimentLink, FlagLink } from '../../parts/links.tsx';
import { useOwnerName } from '../Owner.tsx';
import { StateBadge } from '../StateBadge.tsx';
import { Headline, PlanShare } from './Headline.tsx';
import { daysText } from './days-text.ts';

type Experiment = Schemas['ListedExperiment'];

/** What one wants to know of many experiments at once. */
export const experimentColumns: readonly Column<Experiment>[] = [
  {
    header: 'Experiment',
    cell: ({ key, name }) => (
      <>
        <ExperimentLink experiment={key}>{name}</ExperimentLink>
        <Text size="xs" c="dimmed" ff="monospace">
          {key}
        </Text>
      </>
    ),
  },
  { header: 'State', cell: (experiment) => <StateBadge experiment={experiment} /> },
  { header: 'What to do', cell: (experiment) => <Headline experiment={experiment} /> },
  { header: 'Plan', cell: (experiment) => <PlanShare experiment={experiment} />, width: 130 },
  { header: 'Days', cell: (experiment) => daysText(experiment, Date.now()), align: 'right' },
  { header: 'Flag', cell: ({ flagKey }) => <FlagLink flag={flagKey} /> },
  { header: 'Owner', cell: ({ owner }) => <OwnerName id={owner} /> },
];

function OwnerName({ id }: { readonly id: string }) {
  return <Text size="sm">{useOwnerName()(id) ?? '–'}</Text>;
}
