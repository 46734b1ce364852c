import { AxisBottom, AxisLeft } from '@visx/axis';
import { Group } from '@visx/group';
import { scaleLinear } from '@visx/scale';
import type { Schemas } from '@stitchd/rest-client';
import { countText, valueText } from '../parts/numbers.ts';

/** Of the drawing, in its own units: it scales with the page. */
const width = 720;
const height = 220;
const margin = { left: 64, right: 12, top: 12, bottom: 28 };
const plotWidth = width - margin.left - margin.right;
const plotHeight = height - margin.top - margin.bottom;
const mostLabels = 7;

type Day = Schemas['MetricPreview']['days'][number];

const dayText = (from: string): string =>
  new Date(from).toLocaleDateString('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** The value of each day; one that is not over is hollow, and one without anybody has no bar. */
export function PreviewChart({
  days,
  format = valueText,
}: {
  readonly days: readonly Day[];
  readonly format?: (value: number) => string;
}) {
  const values = days.flatMap(({ value }) => value ?? []);
  const y = scaleLinear<number>({
    domain: [Math.min(0, ...values), Math.max(0, ...values) || 1],
    range: [plotHeight, 0],
    nice: true,
  });
  const step = plotWidth / days.length;
  const every = Math.ceil(days.length / mostLabels);
  const words = days.map((day) => dayWords(day, format)).join('; ');
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width="100%" role="img" aria-label={`The metric by day: ${words}`}>
      <Group left={margin.left} top={margin.top}>
        {days.map((day, index) => {
          if (day.value === undefined) return null;
          const top = Math.min(y(day.value), y(0));
          return (
            <rect
              key={day.from}
              x={index * step + step * 0.15}
              y={top}
              width={step * 0.7}
              height={Math.max(1, Math.abs(y(day.value) - y(0)))}
              rx={2}
              fill={day.complete ? 'var(--mantine-primary-color-filled)' : 'transparent'}
              stroke="var(--mantine-primary-color-filled)"
              strokeDasharray={day.complete ? undefined : '3 2'}
            >
              <title>{dayWords(day, format)}</title>
            </rect>
          );
        })}
        <AxisLeft
          scale={y}
          numTicks={4}
          tickFormat={(value) => format(Number(value))}
          stroke="var(--mantine-color-dimmed)"
          tickStroke="var(--mantine-color-dimmed)"
          tickLabelProps={{ fill: 'var(--mantine-color-text)', fontSize: 11, textAnchor: 'end', dx: -4, dy: 4 }}
        />
        <AxisBottom
          top={plotHeight}
          scale={scaleLinear<number>({ domain: [0, days.length], range: [0, plotWidth] })}
          tickValues={days.map((_, index) => index + 0.5).filter((_, index) => index % every === 0)}
          tickFormat={(value) => dayText(days[Math.floor(Number(value))]?.from ?? '')}
          stroke="var(--mantine-color-dimmed)"
          tickStroke="transparent"
          tickLabelProps={{ fill: 'var(--mantine-color-text)', fontSize: 11, textAnchor: 'middle' }}
        />
      </Group>
    </svg>
  );
}

function dayWords({ from, value, units, activeUnits, complete }: Day, format: (value: number) => string): string {
  const what = value === undefined ? 'nobody' : `${format(value)} (${countText(units)} of ${countText(activeUnits)} units)`;
  return `${dayText(from)}: ${what}${complete ? '' : ', not over yet'}`;
}
