import type { JudgedFigure, JudgedStudy } from '../judged.ts';

const rowHeight = 22;
const labelWidth = 430;
const plotWidth = 360;
const padding = 16;

export function plotNameOf(key: string): string {
  return `${key}.svg`;
}

/** One picture per study: each figure as a dot with its 95 % interval of the simulation, over its band. */
export function plotsOf(judged: readonly JudgedStudy[]): readonly (readonly [name: string, svg: string])[] {
  return judged.map(({ study, cells }) => {
    const rows = cells.flatMap(({ name, figures }) => figures.map((figure) => ({ label: `${name}: ${figure.name}`, figure })));
    return [plotNameOf(study.key), plot(study.title, rows)] as const;
  });
}

function plot(title: string, rows: readonly { readonly label: string; readonly figure: JudgedFigure }[]): string {
  const width = labelWidth + plotWidth + 2 * padding;
  const height = rows.length * rowHeight + 2 * padding;
  const body = rows.map(({ label, figure }, index) => row(label, figure, padding + index * rowHeight)).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
<style>text{fill:#57606a}.band{fill:#2da44e;opacity:.25}.in{fill:#1a7f37}.out{fill:#cf222e}.free{fill:#8c959f}line{stroke:#8c959f}
@media (prefers-color-scheme: dark){text{fill:#b1bac4}}</style>
${body}
</svg>
`;
}

/** Every row has its own scale, from 0 to a quarter beyond what there is to see. */
function row(label: string, figure: JudgedFigure, top: number): string {
  const { value, band, standardError, isInBand } = figure;
  const ends = [0, value - 2 * standardError, value + 2 * standardError, band?.low ?? 0, band?.high ?? 0].filter(Number.isFinite);
  const [least, most] = [Math.min(...ends), Math.max(...ends) * 1.25 || 1];
  const x = (at: number): number =>
    Math.round(labelWidth + padding + (plotWidth * (Math.min(most, Math.max(least, at)) - least)) / (most - least));
  const middle = top + rowHeight / 2;
  const from = x(band?.low ?? least);
  const to = x(band?.high ?? most);
  const shade =
    band === undefined
      ? ''
      : `<rect class="band" x="${from}" y="${top + 3}" width="${Math.max(2, to - from)}" height="${rowHeight - 6}"/>`;
  const kind = isInBand ? (band === undefined ? 'free' : 'in') : 'out';
  return `<text x="${labelWidth}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>${shade}
<line x1="${x(value - 1.96 * standardError)}" x2="${x(value + 1.96 * standardError)}" y1="${middle}" y2="${middle}"/>
<circle class="${kind}" cx="${x(value)}" cy="${middle}" r="4"/>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
