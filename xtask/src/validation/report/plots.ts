import type { JudgedFigure, JudgedStudy } from '../judged.ts';
import { bandText, valueText } from './figure-text.ts';

const rowHeight = 22;
/** Of a letter, about, so that the longest label has room. */
const letterWidth = 6.5;
const plotWidth = 300;
const valueWidth = 90;
const padding = 16;

export function plotNameOf(key: string): string {
  return `${key}.svg`;
}

interface Row {
  readonly label: string;
  readonly figure: JudgedFigure;
}

/** One picture per study: each figure as a dot with its 95 % interval of the simulation, over its band. */
export function plotsOf(judged: readonly JudgedStudy[]): readonly (readonly [name: string, svg: string])[] {
  return judged.map(({ study, cells }) => {
    const rows = cells.flatMap(({ name, figures }) => figures.map((figure) => ({ label: `${name}: ${figure.name}`, figure })));
    return [plotNameOf(study.key), plot(study.key, study.title, rows)] as const;
  });
}

/**
 * The picture brings its own ground in both themes: a page may be dark where the system is light, and the text has to be read on either.
 * Colours keep a contrast of 4.5 to 1, and what is out of its band differs in shape as well.
 */
const style = `.ground{fill:#fff}text{fill:#424a53}.band{fill:#2da44e;fill-opacity:.25}.in{fill:#1a7f37}.out{fill:#cf222e}.free{fill:#6e7781}line{stroke:#6e7781}
@media (prefers-color-scheme: dark){.ground{fill:#161b22}text{fill:#c9d1d9}.band{fill:#3fb950;fill-opacity:.3}.in{fill:#3fb950}.out{fill:#ff7b72}.free{fill:#8b949e}line{stroke:#8b949e}}`;

function plot(key: string, title: string, rows: readonly Row[]): string {
  const labelWidth = Math.ceil(letterWidth * Math.max(...rows.map(({ label }) => label.length)));
  const width = labelWidth + plotWidth + valueWidth + 3 * padding;
  const height = rows.length * rowHeight + 2 * padding;
  const shared = sharedScale(rows);
  const body = rows
    .map(({ label, figure }, index) => row(label, figure, { top: padding + index * rowHeight, labelWidth, shared }))
    .join('\n');
  const description = rows.map(({ label, figure }) => `${label} ${sentence(figure)}`).join(' ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${key}-title ${key}-text" font-family="sans-serif" font-size="12">
<title id="${key}-title">${escaped(title)}</title>
<desc id="${key}-text">${escaped(description)}</desc>
<style>${style}</style>
<rect class="ground" width="${width}" height="${height}" rx="6"/>
${body}
</svg>
`;
}

interface Scale {
  readonly least: number;
  readonly most: number;
}

function endsOf({ value, band, standardError }: JudgedFigure): readonly number[] {
  return [value - 2 * standardError, value + 2 * standardError, band?.low ?? value, band?.high ?? value];
}

/** Rates up to here are compared with each other, such as 5 % with the 45 % of those who don't account for looking. */
const largestRate = 0.7;

const isRate = (figure: JudgedFigure): boolean => figure.shownAs === 'percent' && Math.max(...endsOf(figure)) <= largestRate;

function sharedScale(rows: readonly Row[]): Scale {
  const rates = rows.filter(({ figure }) => isRate(figure)).flatMap(({ figure }) => endsOf(figure));
  return { least: 0, most: Math.max(0.001, ...rates) * 1.05 };
}

/** Of a figure that is compared with its band only: as much on either side of all there is to see. */
function ownScale(figure: JudgedFigure): Scale {
  const ends = endsOf(figure);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  const room = (most - least) / 2 || Math.abs(most) / 2 || 1;
  return { least: least - room, most: most + room };
}

function sentence(figure: JudgedFigure): string {
  const where = figure.isInBand ? 'within' : 'outside of';
  return figure.band === undefined ? `${valueText(figure)}.` : `${valueText(figure)}, ${where} ${bandText(figure)}.`;
}

function row(
  label: string,
  figure: JudgedFigure,
  place: { readonly top: number; readonly labelWidth: number; readonly shared: Scale },
): string {
  const { top, labelWidth, shared } = place;
  const { value, band, standardError, isInBand } = figure;
  const { least, most } = isRate(figure) ? shared : ownScale(figure);
  const left = labelWidth + 2 * padding;
  const x = (at: number): number =>
    Math.round(left + (plotWidth * (Math.min(most, Math.max(least, at)) - least)) / (most - least));
  const middle = top + rowHeight / 2;
  const from = x(band?.low ?? least);
  const to = x(band?.high ?? most);
  const shade =
    band === undefined
      ? ''
      : `<rect class="band" x="${from}" y="${top + 3}" width="${Math.max(2, to - from)}" height="${rowHeight - 6}"/>`;
  const dot = isInBand
    ? `<circle class="${band === undefined ? 'free' : 'in'}" cx="${x(value)}" cy="${middle}" r="4"/>`
    : `<path class="out" d="M${x(value) - 5} ${middle - 5}h10v10h-10z"/>`;
  return `<text x="${labelWidth + padding}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>${shade}
<line x1="${x(value - 1.96 * standardError)}" x2="${x(value + 1.96 * standardError)}" y1="${middle}" y2="${middle}"/>
${dot}
<text x="${left + plotWidth + padding}" y="${middle + 4}">${escaped(valueText(figure))}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
