/** As the pages write a day; UTC, since whoever reads it may be anywhere. */
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** A moment's day (UTC) as people read it in all words about results: "May 11, 2026". */
export function dayText(at: number | string): string {
  return day.format(new Date(at));
}
