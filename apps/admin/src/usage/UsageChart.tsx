import { Group, Text, Tooltip } from '@mantine/core';
import { scaleBand, scaleLinear } from '@visx/scale';
import { variantColour, variantWords } from './variant-colours.ts';
import type { UsageSeries } from './usage-series.ts';

const width = 760;
const height = 180;

interface Props {
  readonly label: string;
  readonly series: UsageSeries;
  readonly formatTime: (atMs: number) => string;
}

const number = new Intl.NumberFormat('en');

/** Bars over time, cut by variant. Those who don't see it have the numbers in the table below. */
export function UsageChart({ label, series, formatTime }: Props) {
  const { bars, variants, totals } = series;
  const most = Math.max(1, ...bars.map(({ total }) => total));
  const x = scaleBand({ domain: bars.map(({ atMs }) => atMs), range: [0, width], padding: 0.15 });
  const y = scaleLinear({ domain: [0, most], range: [0, height] });
  const first = bars[0];
  const last = bars.at(-1);
  return (
    <div>
      <Text size="xs" c="dimmed">
        {number.format(most)}
      </Text>
      <svg viewBox={`0 0 ${width} ${height + 1}`} role="img" aria-label={label} style={{ width: '100%', display: 'block' }}>
        <line x1={0} x2={width} y1={height + 0.5} y2={height + 0.5} stroke="var(--mantine-color-default-border)" />
        {bars.map(({ atMs, counts, total }) => {
          let top = height;
          return (
            <Tooltip key={atMs} label={`${formatTime(atMs)}: ${number.format(total)}`}>
              <g>
                <rect x={x(atMs)} y={0} width={x.bandwidth()} height={height} fill="transparent" />
                {counts.map((count, index) => {
                  const part = y(count);
                  top -= part;
                  const variant = variants[index] ?? '';
                  return (
                    <rect key={variant} x={x(atMs)} y={top} width={x.bandwidth()} height={part} fill={variantColour(index)} />
                  );
                })}
              </g>
            </Tooltip>
          );
        })}
      </svg>
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {first && formatTime(first.atMs)}
        </Text>
        <Text size="xs" c="dimmed">
          {last && formatTime(last.atMs)}
        </Text>
      </Group>
      <Group gap="md" mt="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Variants">
        {variants.map((variant, index) => (
          <Group key={variant} gap={6} component="li">
            <span aria-hidden style={{ width: 12, height: 12, background: variantColour(index), display: 'inline-block' }} />
            <Text size="sm">
              {variantWords(variant)}: {number.format(totals[index] ?? 0)}
            </Text>
          </Group>
        ))}
      </Group>
    </div>
  );
}
