import { Group as Row, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { AxisBottom, AxisLeft } from '@visx/axis';
import { Group } from '@visx/group';
import { useId, useState, type PointerEvent } from 'react';
import { axes, linearScale, nearestOf, valueDomain, type LinearScale } from './time-scale.ts';

export interface ChartLine {
  readonly label: string;
  readonly colour: string;
  readonly isDashed?: boolean;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

export interface ChartBand {
  readonly colour: string;
  readonly points: readonly { readonly atMs: number; readonly low: number; readonly high: number }[];
}

/** A value that means something by itself, such as zero. */
export interface ChartRule {
  readonly value: number;
  readonly label: string;
  readonly colour?: string;
}

/** A time at which something changed. */
export interface ChartMark {
  readonly atMs: number;
  readonly label: string;
}

interface Props {
  /** What is drawn, for those who don't see it; the figures themselves are in a table beside it. */
  readonly label: string;
  readonly lines: readonly ChartLine[];
  readonly bands?: readonly ChartBand[];
  readonly rules?: readonly ChartRule[];
  readonly marks?: readonly ChartMark[];
  readonly format: (value: number) => string;
  readonly height?: number;
  /** What the times are: dates, moments, or days since something. */
  readonly axis?: keyof typeof axes;
  /** The first looks know nothing: drawn whole, they would flatten all that follows, so they are cut. */
  readonly cutsStart?: boolean;
}

const defaultHeight = 240;
/** Before the page has a width. */
const firstWidth = 720;
const margin = { left: 68, right: 46, top: 18, bottom: 28 };
const yTicks = 5;
const axisColour = 'var(--mantine-color-dimmed)';
const tickLabel = { fill: axisColour, fontSize: 11, fontFamily: 'inherit' };

/** Lines and bands over time; the pointer reads out what was at a time. */
export function TimeChart({
  label,
  lines,
  bands = [],
  rules = [],
  marks = [],
  format,
  height = defaultHeight,
  axis = 'time',
  cutsStart = false,
}: Props) {
  const { ref, width: measured } = useElementSize();
  const clip = useId();
  const [atMs, setAtMs] = useState<number>();
  const width = measured || firstWidth;
  const plot = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const times = [...lines, ...bands].flatMap(({ points }) => points.map((point) => point.atMs));
  const span = [Math.min(...times), Math.max(...times)] as const;
  const x = linearScale(span[0] === span[1] ? [span[0] - 1, span[1] + 1] : span, [0, plot.width], false);
  const y = linearScale(valueDomain(drawnValues(lines, bands, rules, cutsStart ? 0.25 : 0)), [plot.height, 0], true);
  const { words, tick, ticks } = axes[axis];
  const move = (event: PointerEvent<SVGSVGElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left - margin.left;
    setAtMs(nearestOf(lines[0]?.points ?? [], x.invert(left))?.atMs);
  };
  return (
    <div ref={ref}>
      <svg
        width="100%"
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
        style={{ display: 'block' }}
        onPointerMove={move}
        onPointerLeave={() => setAtMs(undefined)}
      >
        <clipPath id={clip}>
          <rect width={plot.width} height={plot.height} />
        </clipPath>
        <Group left={margin.left} top={margin.top}>
          <g clipPath={`url(#${clip})`}>
            {bands.map((band) => (
              <BandPath key={band.colour} band={band} x={x} y={y} />
            ))}
            {lines.map((line) => (
              <LinePath key={line.label} line={line} x={x} y={y} />
            ))}
          </g>
          {rules.map((rule) => (
            <RuleLine key={rule.label} rule={rule} y={y(rule.value)} width={plot.width} />
          ))}
          {marks.map((mark) => (
            <MarkLine key={mark.atMs} mark={mark} x={x(mark.atMs)} plot={plot} />
          ))}
          {atMs !== undefined && <line x1={x(atMs)} x2={x(atMs)} y1={0} y2={plot.height} stroke={axisColour} />}
          <AxisLeft
            scale={y}
            numTicks={yTicks}
            tickFormat={(value) => format(Number(value))}
            stroke={axisColour}
            tickStroke={axisColour}
            tickLength={4}
            tickLabelProps={{ ...tickLabel, textAnchor: 'end', dx: -4, dy: 4 }}
          />
          <AxisBottom
            top={plot.height}
            scale={x}
            tickValues={[...ticks(...span)]}
            tickFormat={(value) => tick(Number(value))}
            stroke={axisColour}
            tickStroke={axisColour}
            tickLength={4}
            tickLabelProps={{ ...tickLabel, textAnchor: 'middle', dy: 2 }}
          />
        </Group>
      </svg>
      <Legend lines={lines} atMs={atMs} format={format} words={words} />
    </div>
  );
}

/** Of lines and bands from a part of their points on, and of all rules. */
function drawnValues(
  lines: readonly ChartLine[],
  bands: readonly ChartBand[],
  rules: readonly ChartRule[],
  from: number,
): readonly number[] {
  const settled = <Point,>(points: readonly Point[]) => points.slice(Math.floor(points.length * from));
  return [
    ...lines.flatMap(({ points }) => settled(points).map(({ value }) => value)),
    ...bands.flatMap(({ points }) => settled(points).flatMap(({ low, high }) => [low, high])),
    ...rules.map(({ value }) => value),
  ];
}

interface LineProps {
  readonly line: ChartLine;
  readonly x: LinearScale;
  readonly y: LinearScale;
}

/** One point is no line: it is drawn as a dot. */
function LinePath({ line: { points, colour, isDashed }, x, y }: LineProps) {
  const [only] = points;
  if (points.length === 1 && only !== undefined) return <circle cx={x(only.atMs)} cy={y(only.value)} r={4} fill={colour} />;
  return (
    <path
      d={points.map(({ atMs, value }, index) => `${index === 0 ? 'M' : 'L'}${x(atMs)},${y(value)}`).join('')}
      fill="none"
      stroke={colour}
      strokeWidth={2}
      strokeDasharray={isDashed ? '5 4' : undefined}
    />
  );
}

interface BandProps {
  readonly band: ChartBand;
  readonly x: LinearScale;
  readonly y: LinearScale;
}

/** At one time a band has no width: it is drawn as a bar. */
function BandPath({ band: { points, colour }, x, y }: BandProps) {
  const [only] = points;
  if (points.length === 1 && only !== undefined) {
    const at = x(only.atMs);
    return <line x1={at} x2={at} y1={y(only.low)} y2={y(only.high)} stroke={colour} strokeWidth={8} opacity={0.35} />;
  }
  const upper = points.map(({ atMs, high }) => `${x(atMs)},${y(high)}`);
  const lower = points.map(({ atMs, low }) => `${x(atMs)},${y(low)}`).toReversed();
  return <path d={`M${[...upper, ...lower].join('L')}Z`} fill={colour} opacity={0.18} />;
}

function RuleLine({ rule, y, width }: { readonly rule: ChartRule; readonly y: number; readonly width: number }) {
  const colour = rule.colour ?? axisColour;
  return (
    <>
      <line x1={0} x2={width} y1={y} y2={y} stroke={colour} strokeDasharray={rule.value === 0 ? undefined : '2 3'} />
      <text x={width} y={y - 4} textAnchor="end" fontSize={11} fill={axisColour}>
        {rule.label}
      </text>
    </>
  );
}

interface MarkProps {
  readonly mark: ChartMark;
  readonly x: number;
  readonly plot: { readonly width: number; readonly height: number };
}

function MarkLine({ mark, x, plot }: MarkProps) {
  const isRight = x > plot.width / 2;
  return (
    <>
      <line x1={x} x2={x} y1={-6} y2={plot.height} stroke={axisColour} strokeDasharray="4 4" />
      <text x={x + (isRight ? -4 : 4)} y={-6} textAnchor={isRight ? 'end' : 'start'} fontSize={11} fill={axisColour}>
        {mark.label}
      </text>
    </>
  );
}

interface LegendProps {
  readonly lines: readonly ChartLine[];
  readonly atMs: number | undefined;
  readonly format: (value: number) => string;
  readonly words: (atMs: number) => string;
}

/** What is drawn in which colour; under the pointer also how much it was. */
function Legend({ lines, atMs, format, words }: LegendProps) {
  return (
    <Row gap="md" mt={4} aria-hidden>
      {lines.map(({ label, colour, isDashed, points }) => {
        const point = atMs === undefined ? undefined : points.find((one) => one.atMs === atMs);
        return (
          <Row gap={6} key={label} wrap="nowrap">
            <svg width={18} height={4}>
              <line x1={0} x2={18} y1={2} y2={2} stroke={colour} strokeWidth={3} strokeDasharray={isDashed ? '5 3' : undefined} />
            </svg>
            <Text size="sm">
              {label}
              {point && `: ${format(point.value)}`}
            </Text>
          </Row>
        );
      })}
      {atMs !== undefined && (
        <Text size="sm" c="dimmed">
          {words(atMs)}
        </Text>
      )}
    </Row>
  );
}
