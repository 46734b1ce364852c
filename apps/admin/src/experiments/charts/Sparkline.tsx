import { linearScale, valueDomain } from './time-scale.ts';

const width = 84;
const height = 30;
const padding = 3;

interface Props {
  readonly points: readonly { readonly atMs: number; readonly low: number; readonly value: number; readonly high: number }[];
  readonly colour: string;
  /** The same in words. */
  readonly label: string;
}

/** How an interval became what it is, with zero; too small to be read for values. */
export function Sparkline({ points, colour, label }: Props) {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return null;
  const x = linearScale([first.atMs, last.atMs], [padding, width - padding], false);
  // The first looks know nothing: their width must not flatten what came after.
  const settled = points.slice(Math.floor(points.length / 4));
  const y = linearScale(valueDomain([0, ...settled.flatMap(({ low, high }) => [low, high])]), [height - padding, padding], false);
  const at = (atMs: number, value: number) => `${x(atMs)},${Math.min(height, Math.max(0, y(value)))}`;
  const upper = points.map(({ atMs, high }) => at(atMs, high));
  const lower = points.map(({ atMs, low }) => at(atMs, low)).toReversed();
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: 'block' }}>
      <path d={`M${[...upper, ...lower].join('L')}Z`} fill={colour} opacity={0.25} />
      <line x1={0} x2={width} y1={y(0)} y2={y(0)} stroke="var(--mantine-color-dimmed)" />
      <path d={`M${points.map(({ atMs, value }) => at(atMs, value)).join('L')}`} fill="none" stroke={colour} strokeWidth={1.5} />
    </svg>
  );
}
