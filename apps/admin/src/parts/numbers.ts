const minus = '−';
const digits = 3;

const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: digits });
const counts = new Intl.NumberFormat('en');

/** Of fields in per cent: the sign stays with its number. */
export const percentSuffix = '\u00A0%';

/** A count, with its thousands apart. */
export function countText(value: number): string {
  return withMinus(counts.format(value));
}

/** From here on digits can't be counted any more by who reads them. */
const largest = 1e15;
const smallest = 1e-6;
const superscripts = [...'⁰¹²³⁴⁵⁶⁷⁸⁹'];

/** A value with three digits that say something; whole numbers keep all of theirs, and what is very large or small is a power of ten. */
export function valueText(value: number): string {
  const size = Math.abs(value);
  if (size >= largest || (size > 0 && size < smallest)) return powerText(value);
  return withMinus((Number.isInteger(value) || Math.abs(value) >= 1_000 ? counts : plain).format(roundLarge(value)));
}

/** 1.2e-17 is `1.2 × 10⁻¹⁷`. */
function powerText(value: number): string {
  const [digit = '', power = ''] = value.toExponential(1).split('e');
  const raised = [...power.replace('+', '')].map((sign) => superscripts[Number(sign)] ?? '⁻').join('');
  return `${withMinus(digit.replace('.0', ''))} × 10${raised}`;
}

function roundLarge(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : value;
}

/** A share of 1 as per cent: 0.2 is `20 %`. */
export function shareText(value: number): string {
  return `${withMinus(percent(value))}${percentSuffix}`;
}

const exact = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });

/** A share of 1 that somebody has set, to a thousandth of a percent: what was typed is what is read. */
export function exactShareText(value: number): string {
  return `${withMinus(exact.format(value * 100))}${percentSuffix}`;
}

/** A relative change, always with its sign: 0.05 is `+5 %`. */
export function changeText(value: number): string {
  const text = percent(value);
  return `${value > 0 && text !== '0' ? '+' : ''}${withMinus(text)}${percentSuffix}`;
}

function percent(value: number): string {
  const text = plain.format(value * 100);
  return text === '-0' ? '0' : text;
}

const smallestShown = 0.0001;

/** A p-value: four decimals, and what is smaller as that. */
export function pValueText(value: number): string {
  if (value < smallestShown) return '< 0.0001';
  return value >= 0.1 ? value.toFixed(2) : value.toFixed(4);
}

/** A small chance as people say it: 0.0005 is `1 in 2,000`. */
export function chanceText(value: number): string {
  const oneIn = 1 / value;
  if (!Number.isFinite(oneIn) || oneIn > 10_000) return 'less than 1 in 10,000';
  if (oneIn < 2) return shareText(value);
  return `about 1 in ${counts.format(Number(oneIn.toPrecision(2)))}`;
}

function withMinus(text: string): string {
  return text.replace(/^-/, minus);
}
