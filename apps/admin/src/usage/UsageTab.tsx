import { SegmentedControl, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useScope } from '../shell/use-scope.ts';
import { UsageChart } from './UsageChart.tsx';
import { flagUsageQuery } from './usage-queries.ts';
import { timesOf, usageRangeNames, usageRanges, type UsageRange } from './usage-ranges.ts';
import { usageSeries, type Counted } from './usage-series.ts';

const number = new Intl.NumberFormat('en');
const hour = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
// Days are cut in UTC.
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

/** How often a flag was evaluated in this environment, with which answers, and by whom. */
export function UsageTab({ flag }: { readonly flag: Schemas['Flag'] }) {
  const scope = useScope();
  const { range = 'week' } = useSearch({ from: '/signed-in/projects/$project/$environment/flags/$flag' });
  const navigate = useNavigate();
  const usage = useQuery(flagUsageQuery(scope, flag.key, range));
  const choose = (next: string): void =>
    void navigate({
      to: '/projects/$project/$environment/flags/$flag',
      params: { ...scope, flag: flag.key },
      search: { tab: 'usage', range: usageRangeNames.find((name) => name === next && name !== 'week') },
      replace: true,
    });
  return (
    <Stack maw={900}>
      <SegmentedControl
        aria-label="Period"
        w="fit-content"
        data={usageRangeNames.map((value) => ({ value, label: usageRanges[value].label }))}
        value={range}
        onChange={choose}
      />
      <Loaded query={usage}>{(loaded) => <UsageView usage={loaded} range={range} />}</Loaded>
    </Stack>
  );
}

type Usage = Schemas['FlagUsage'];

function UsageView({ usage, range }: { readonly usage: Usage; readonly range: UsageRange }) {
  if (usage.points.length === 0)
    return (
      <EmptyState title="No evaluation in this period">
        {usage.lastEvaluatedAt === undefined
          ? 'Nobody has asked for this flag here yet, as far as SDKs have told. They tell once a minute.'
          : 'Nobody asked for this flag in this time. Choose a longer period.'}
      </EmptyState>
    );
  return (
    <>
      <Text size="sm">
        Evaluated last <When at={usage.lastEvaluatedAt} />
        {usage.lastDeliveredAt !== undefined && (
          <>
            ; delivered last <When at={usage.lastDeliveredAt} />
          </>
        )}
        .
      </Text>
      <Counts title="Evaluations" counted="evaluations" usage={usage} range={range} />
      <Counts title="Deliveries" counted="deliveries" usage={usage} range={range}>
        A delivery is an answer for all flags at once, as pages get it; whether the page read this flag is counted above.
      </Counts>
      <Answers usage={usage} />
      <Senders usage={usage} />
      {usage.uncounted > 0 && (
        <Text size="sm" c="dimmed">
          {number.format(usage.uncounted)} evaluations of this environment could not be told apart by their SDKs, of whatever
          flag.
        </Text>
      )}
    </>
  );
}

interface CountsProps {
  readonly title: string;
  readonly counted: Counted;
  readonly usage: Usage;
  readonly range: UsageRange;
  readonly children?: string;
}

function Counts({ title, counted, usage, range, children }: CountsProps) {
  const series = usageSeries(usage.points, timesOf(range, Date.now()), counted);
  const total = series.totals.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const format = usageRanges[range].grain === 'hour' ? hour : day;
  return (
    <Section title={`${title}: ${number.format(total)}`}>
      {children !== undefined && (
        <Text size="sm" c="dimmed" mb="xs">
          {children}
        </Text>
      )}
      <UsageChart label={`${title} by variant over time`} series={series} formatTime={(atMs) => format.format(atMs)} />
    </Section>
  );
}

interface Answer {
  readonly variant: string;
  readonly reason: string;
  readonly evaluations: number;
  readonly deliveries: number;
}

const answerColumns: readonly Column<Answer>[] = [
  { header: 'Variant', cell: ({ variant }) => (variant === '' ? 'fallback of the code' : variant) },
  { header: 'Reason', cell: ({ reason }) => reason },
  { header: 'Evaluations', cell: ({ evaluations }) => number.format(evaluations), align: 'right' },
  { header: 'Deliveries', cell: ({ deliveries }) => number.format(deliveries), align: 'right' },
];

function Answers({ usage }: { readonly usage: Usage }) {
  const answers = new Map<string, Answer>();
  for (const { variant, reason, evaluations, deliveries } of usage.points) {
    const name = `${variant} ${reason}`;
    const known = answers.get(name) ?? { variant, reason, evaluations: 0, deliveries: 0 };
    const sum = { evaluations: known.evaluations + evaluations, deliveries: known.deliveries + deliveries };
    answers.set(name, { variant, reason, ...sum });
  }
  return (
    <Section title="Answers">
      <DataTable
        label="Answers by variant and reason"
        columns={answerColumns}
        rows={[...answers.values()]}
        rowKey={({ variant, reason }) => `${variant} ${reason}`}
      />
    </Section>
  );
}

type Sender = Usage['senders'][number];

const senderColumns: readonly Column<Sender>[] = [
  { header: 'SDK', cell: ({ sdk }) => (sdk === '' ? 'not named' : sdk) },
  { header: 'Version', cell: ({ sdkVersion }) => sdkVersion },
  { header: 'Evaluations', cell: ({ evaluations }) => number.format(evaluations), align: 'right' },
  { header: 'Deliveries', cell: ({ deliveries }) => number.format(deliveries), align: 'right' },
  { header: 'Last', cell: ({ lastAt }) => <When at={lastAt} /> },
];

function Senders({ usage }: { readonly usage: Usage }) {
  return (
    <Section title="SDKs and versions">
      <DataTable
        label="SDKs and versions"
        columns={senderColumns}
        rows={usage.senders}
        rowKey={({ sdk, sdkVersion }) => `${sdk} ${sdkVersion}`}
      />
    </Section>
  );
}
