import type { CSSProperties } from 'react';
import { AxisBottom } from '@visx/axis';
import { Group } from '@visx/group';
import { changeText } from '../../parts/numbers.ts';
import type { Interval } from '../results.ts';
import type { Standing } from '../standing.ts';
import { liftBar, liftTicks, type LiftScale } from './lift-axis.ts';

/** Of the drawing, in pixels. The margin holds half a tick's label, and the arrow of an interval that goes on. */
const rowHeight = 52;
const axisHeight = 24;
const margin = 26;
const barHeight = 12;
const barTop = 12;
const maturingY = 38;
const arrowWidth = 8;
const markSize = 5;

export const standingColours: Readonly<Record<Standing, string>> = {
  better: 'var(--stitchd-better)',
  worse: 'var(--stitchd-worse)',
  undecided: 'var(--stitchd-undecided)',
  unknown: 'var(--stitchd-undecided)',
};

interface Props {
  readonly scale: LiftScale;
  readonly interval: Interval;
  readonly standing: Standing;
  /** Shrunken for luck: a diamond; null where there is none. */
  readonly bestGuess: number | null;
  /** Of all units, also those whose window is open: a dashed line below. */
  readonly maturing: Interval | null;
  /** How far a guardrail may get worse: a mark across the row. */
  readonly marginAt: number | null;
  /** The same in words. */
  readonly label: string;
}

/** An interval as a bar on the axis that all rows share, with what belongs to it. */
export function ForestBar({ scale, interval, standing, bestGuess, maturing, marginAt, label }: Props) {
  const { x, width, isCutLow, isCutHigh } = liftBar(scale, interval);
  const colour = standingColours[standing];
  const middle = barTop + barHeight / 2;
  return (
    <svg width={widthOf(scale)} height={rowHeight} role="img" aria-label={label} style={{ display: 'block' }}>
      <title>{label}</title>
      <Group left={margin}>
        {marginAt !== null && <MarginMark x={scale(marginAt)} />}
        <rect x={x} y={barTop} width={width} height={barHeight} rx={3} fill={colour} />
        {isCutLow && <Arrow x={x} y={middle} towards={-1} fill={colour} />}
        {isCutHigh && <Arrow x={x + width} y={middle} towards={1} fill={colour} />}
        {bestGuess !== null && <Diamond x={scale(bestGuess)} y={middle} />}
        {maturing !== null && <MaturingLine scale={scale} interval={maturing} />}
      </Group>
    </svg>
  );
}

function Diamond({ x, y }: { readonly x: number; readonly y: number }) {
  return (
    <path
      d={`M${x},${y - markSize} l${markSize},${markSize} l${-markSize},${markSize} l${-markSize},${-markSize} z`}
      fill="var(--mantine-color-body)"
      stroke="var(--mantine-color-text)"
      strokeWidth={2}
    />
  );
}

/** What is not over is drawn so that nobody takes it for a result. */
function MaturingLine({ scale, interval }: { readonly scale: LiftScale; readonly interval: Interval }) {
  const { x, width } = liftBar(scale, interval);
  return (
    <line
      x1={x}
      x2={x + width}
      y1={maturingY}
      y2={maturingY}
      stroke="var(--mantine-color-dimmed)"
      strokeWidth={2}
      strokeDasharray="4 3"
    />
  );
}

function MarginMark({ x }: { readonly x: number }) {
  return <line x1={x} x2={x} y1={2} y2={maturingY - 6} stroke="var(--stitchd-worse)" strokeWidth={2} strokeDasharray="2 2" />;
}

interface ArrowProps {
  readonly x: number;
  readonly y: number;
  readonly towards: 1 | -1;
  readonly fill: string;
}

function Arrow({ x, y, towards, fill }: ArrowProps) {
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
        tickValues={[...liftTicks(scale)]}
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
