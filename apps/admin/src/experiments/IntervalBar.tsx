import type { CSSProperties } from 'react';
import { AxisBottom } from '@visx/axis';
import { Group } from '@visx/group';
import { liftBar, liftTickCount, type LiftScale } from './lift-axis.ts';
import { changeText } from './numbers.ts';
import type { Interval } from './results.ts';
import type { Standing } from './standing.ts';

/** Of the drawing, in pixels. The margin holds half a tick's label, and the arrow of an interval that goes on. */
const rowHeight = 40;
const axisHeight = 24;
const margin = 22;
const barHeight = 12;
const arrowWidth = 8;

const colours: Readonly<Record<Standing, string>> = {
  better: 'var(--stitchd-better)',
  worse: 'var(--stitchd-worse)',
  undecided: 'var(--stitchd-undecided)',
  unknown: 'var(--stitchd-undecided)',
};

interface Props {
  readonly scale: LiftScale;
  readonly interval: Interval;
  readonly lift: number;
  readonly standing: Standing;
  /** The same in words. */
  readonly label: string;
}

/** An interval as a bar, and the measured lift as a mark on it, on the axis that all rows share. */
export function IntervalBar({ scale, interval, lift, standing, label }: Props) {
  const { x, width, isCutLow, isCutHigh } = liftBar(scale, interval);
  const middle = rowHeight / 2;
  return (
    <svg width={widthOf(scale)} height={rowHeight} role="img" aria-label={label} style={{ display: 'block' }}>
      <title>{label}</title>
      <Group left={margin}>
        <rect x={x} y={middle - barHeight / 2} width={width} height={barHeight} rx={3} fill={colours[standing]} />
        {isCutLow && <Arrow x={x} y={middle} towards={-1} fill={colours[standing]} />}
        {isCutHigh && <Arrow x={x + width} y={middle} towards={1} fill={colours[standing]} />}
        <circle
          cx={scale(lift)}
          cy={middle}
          r={4}
          fill="var(--mantine-color-body)"
          stroke="var(--mantine-color-text)"
          strokeWidth={2}
        />
      </Group>
    </svg>
  );
}

function Arrow({
  x,
  y,
  towards,
  fill,
}: {
  readonly x: number;
  readonly y: number;
  readonly towards: 1 | -1;
  readonly fill: string;
}) {
  return (
    <path
      d={`M${x},${y - barHeight / 2} l${towards * arrowWidth},${barHeight / 2} l${-towards * arrowWidth},${barHeight / 2} z`}
      fill={fill}
    />
  );
}

/** The zero line of a cell that holds a bar or the axis, through the whole height of its row. */
export function zeroLine(scale: LiftScale): CSSProperties {
  const x = margin + scale(0);
  const line = 'var(--mantine-color-dimmed)';
  return {
    paddingInline: 0,
    backgroundImage: `linear-gradient(to right, transparent ${x - 0.5}px, ${line} ${x - 0.5}px, ${line} ${x + 0.5}px, transparent ${x + 0.5}px)`,
  };
}

/** The axis under all rows. Each row's interval is told in words, so who hears the page does not need it. */
export function LiftAxis({ scale }: { readonly scale: LiftScale }) {
  const colour = 'var(--mantine-color-dimmed)';
  return (
    <svg width={widthOf(scale)} height={axisHeight} aria-hidden style={{ display: 'block' }}>
      <AxisBottom
        left={margin}
        scale={scale}
        numTicks={liftTickCount}
        tickFormat={(value) => changeText(Number(value))}
        stroke={colour}
        tickStroke={colour}
        tickLength={4}
        tickLabelProps={{ fill: colour, fontSize: 11, fontFamily: 'inherit', textAnchor: 'middle', dy: 2 }}
      />
    </svg>
  );
}

export function widthOf(scale: LiftScale): number {
  return (scale.range()[1] ?? 0) + 2 * margin;
}
