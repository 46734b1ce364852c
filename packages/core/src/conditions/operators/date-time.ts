/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible date algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  if (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)) return 29;
  return daysIn[month - 1] ?? 0;
}

/** The number that `count` digits from `start` make, or -1 if one is not a digit. */
function digits(text: string, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** The offset in minutes that the text has from `start` to its end; NaN if it has none. */
function offsetMinutes(text: string, start: number): number {
  const sign = text.charAt(start);
  if ((sign === 'Z' || sign === 'z') && text.length === start + 1) return 0;
  if ((sign !== '+' && sign !== '-') || text.length !== start + 6 || text.charAt(start + 3) !== ':') return Number.NaN;
  const hours = digits(text, start + 1, 2);
  const minutes = digits(text, start + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * Milliseconds since 1970 of a date-time of RFC 3339 (`2026-01-02T03:04:05.678+01:00`), or NaN if text is none. Digits
 * beyond the third of a second are cut. A leap second counts as the next second. No `Date` is made: this runs while
 * flags are evaluated.
 */
export function parseDateTime(text: string): number {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)];
  const [hour, minute, second] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)];
  const separator = text.charAt(10);
  if (text.charAt(4) !== '-' || text.charAt(7) !== '-' || text.charAt(13) !== ':' || text.charAt(16) !== ':') return Number.NaN;
  if (separator !== 'T' && separator !== 't' && separator !== ' ') return Number.NaN;
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return Number.NaN;
  let milliseconds = 0;
  let position = 19;
  if (text.charAt(position) === '.') {
    position++;
    const first = position;
    for (let scale = 100; digits(text, position, 1) >= 0; position++, scale = Math.floor(scale / 10)) {
      milliseconds += digits(text, position, 1) * scale;
    }
    if (position === first) return Number.NaN;
  }
  const offset = offsetMinutes(text, position);
  return (((daysFromCivil(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second) * 1_000 + milliseconds;
}
