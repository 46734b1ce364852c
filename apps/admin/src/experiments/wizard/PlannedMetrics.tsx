import { Alert, Table, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { countText, shareText, valueText } from '../../parts/numbers.ts';

type Plan = Schemas['ExperimentForecast'];
type Planned = Extract<Plan['metrics'][number], { readonly kind: 'planned' }>;

/** What the past says: whether it can work, each metric’s own effect, and what other effects would take. */
export function PlannedMetrics({ plan }: { readonly plan: Plan }) {
  const [primary] = plan.metrics;
  return (
    <>
      <Alert color={plan.verdict.code === 'feasible' ? 'teal' : 'yellow'} title={plan.verdict.words}>
        {trafficText(plan)}
      </Alert>
      <Table aria-label="Metrics in the past">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Metric</Table.Th>
            <Table.Th ta="right">Value in the past</Table.Th>
            <Table.Th ta="right">Effect that would be found</Table.Th>
            <Table.Th>Adjusting</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {plan.metrics.map((metric) => (
            <MetricRow key={metric.key} metric={metric} />
          ))}
        </Table.Tbody>
      </Table>
      {primary?.kind === 'planned' && primary.curve.length > 0 && <Curve metric={primary} />}
    </>
  );
}

/** A flag exposes only while an experiment runs on it: a new one has no past of its own. */
function trafficText({ traffic, unitKind, historyDays, verdict }: Plan): string {
  const unseen = 'This flag has exposed nobody yet. ';
  if (verdict.code === 'no-traffic') return `${unseen}Choose “The units” or “The days” above and type what you expect.`;
  const perDay = `${countText(Math.round(traffic.perDay))} new ${unitKind} keys a day would take part`;
  return traffic.source === 'flag'
    ? `${perDay}, as many as read the flag in the last ${historyDays} days.`
    : `${unseen}${perDay}, as many as have events of these metrics in the last ${historyDays} days. If you expect others, choose “The units” or “The days” above and type them.`;
}

function MetricRow({ metric }: { readonly metric: Plan['metrics'][number] }) {
  if (metric.kind === 'failed')
    return (
      <Table.Tr>
        <Table.Td>{metric.name}</Table.Td>
        <Table.Td colSpan={3}>{metric.message}</Table.Td>
      </Table.Tr>
    );
  const { name, baseline, estimate, point, varianceRatio, warnings } = metric;
  return (
    <Table.Tr>
      <Table.Td>
        {name}
        {warnings.map((warning) => (
          <Text size="xs" key={warning}>
            {warning}
          </Text>
        ))}
      </Table.Td>
      <Table.Td ta="right">{estimate === 'share' ? shareText(baseline) : valueText(baseline)}</Table.Td>
      <Table.Td ta="right">{point === null ? '–' : shareText(point.minimumEffect)}</Table.Td>
      <Table.Td>{varianceRatio < 1 ? `as if ${shareText(Number((1 / varianceRatio - 1).toFixed(2)))} more users` : '–'}</Table.Td>
    </Table.Tr>
  );
}

/** Effects from small to large, with what each would take. */
function Curve({ metric }: { readonly metric: Planned }) {
  return (
    <Table aria-label="What other effects would take">
      <Table.Thead>
        <Table.Tr>
          <Table.Th ta="right">Effect on {metric.name}</Table.Th>
          <Table.Th ta="right">Units</Table.Th>
          <Table.Th ta="right">Days</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {metric.curve.map(({ minimumEffect, units, days, daysLow, daysHigh }) => (
          <Table.Tr key={minimumEffect}>
            <Table.Td ta="right">{shareText(minimumEffect)}</Table.Td>
            <Table.Td ta="right">{countText(units)}</Table.Td>
            <Table.Td ta="right">
              {days === null ? 'too long' : days}
              {daysLow !== null && daysHigh !== null && daysLow !== daysHigh && (
                <Text span size="xs" c="dimmed">
                  {' '}
                  ({daysLow} to {daysHigh})
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
