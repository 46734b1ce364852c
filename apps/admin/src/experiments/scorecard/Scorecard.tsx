import { Table, Text, VisuallyHidden } from '@mantine/core';
import { LiftAxis, widthOf } from '../charts/ForestBar.tsx';
import { liftDomain, liftScale } from '../charts/lift-axis.ts';
import { levelText } from '../result-words.ts';
import type { ExperimentResults, MetricResult } from '../results.ts';
import { FailedRow } from './FailedRow.tsx';
import { MetricRows } from './MetricRows.tsx';

const axisWidth = 180;
const minWidth = 940;
const columnCount = 6;

interface Props {
  readonly results: ExperimentResults;
  /** Whether each metric has a page of its own and a past: those of a holdout have none. */
  readonly hasPages?: boolean;
}

const sections = [
  { role: 'primary', title: 'Goal' },
  { role: 'guardrail', title: 'Guardrails: must not get worse by more than the margin' },
  { role: 'secondary', title: 'Secondary metrics: ideas for the next experiment, no verdict' },
] as const satisfies readonly { readonly role: MetricResult['role']; readonly title: string }[];

/** Every metric's comparisons in one table by what they are for, with their intervals on one axis. */
export function Scorecard({ results, hasPages = true }: Props) {
  const scale = liftScale(liftDomain(results.metrics), axisWidth);
  return (
    <>
      <Table.ScrollContainer minWidth={minWidth} type="native">
        <Table className="scorecard" aria-label="Scorecard" verticalSpacing="xs" horizontalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={190}>Metric</Table.Th>
              <Table.Th>{results.baselineVariant} (baseline)</Table.Th>
              <Table.Th>Variant</Table.Th>
              <Table.Th>Lift, {levelText(results.alpha)} interval</Table.Th>
              <Table.Th w={widthOf(scale)}>
                <VisuallyHidden>The interval, drawn</VisuallyHidden>
              </Table.Th>
              <Table.Th w={hasPages ? 104 : 0}>{hasPages && 'Over time'}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          {sections.map(({ role, title }) => {
            const metrics = results.metrics.filter((metric) => metric.role === role);
            if (metrics.length === 0) return null;
            return (
              <Table.Tbody key={role}>
                <Table.Tr>
                  <Table.Th colSpan={columnCount} scope="colgroup" className="section">
                    {results.kind === 'rollout' && role === 'secondary' ? 'Metrics' : title}
                  </Table.Th>
                </Table.Tr>
                {metrics.map((metric) =>
                  metric.kind === 'failed' ? (
                    <FailedRow key={metric.key} metric={metric} columns={columnCount} />
                  ) : (
                    <MetricRows key={metric.key} metric={metric} results={results} scale={scale} hasPages={hasPages} />
                  ),
                )}
              </Table.Tbody>
            );
          })}
          <Table.Tfoot>
            <Table.Tr>
              <Table.Td colSpan={columnCount - 2} />
              <Table.Td p={0}>
                <LiftAxis scale={scale} />
              </Table.Td>
              <Table.Td />
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </Table.ScrollContainer>
      <Key results={results} />
    </>
  );
}

/** What the marks of the drawing mean. */
function Key({ results: { metrics, design, alpha } }: Props) {
  const hasMargin = metrics.some((metric) => metric.kind === 'computed' && metric.margin !== null);
  return (
    <Text size="xs" c="dimmed" mt="xs">
      Bar: the {levelText(alpha)} interval{design === 'fixed-horizon' ? ', for one look' : ', which holds however often you look'}
      . Diamond: the best guess, after allowing for luck. Dashed line: all units so far, also those whose window is still open; it
      may still turn.{hasMargin && ' Dotted upright: the margin of a guardrail.'}
    </Text>
  );
}
