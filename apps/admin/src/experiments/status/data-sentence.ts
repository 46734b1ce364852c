import { shareText } from '../../parts/numbers.ts';
import type { ExperimentResults } from '../results.ts';

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** How fresh and how whole the data is. */
export function dataSentence({
  dataUntil,
  isFinal,
  inputs,
}: Pick<ExperimentResults, 'dataUntil' | 'isFinal' | 'inputs'>): string {
  const until = new Date(dataUntil);
  const parts = [
    `Data to ${day.format(until)}, ${clock.format(until)} UTC`,
    `${shareText(1 - inputs.lateShare)} of the last day’s events since the start arrived within an hour`,
    `the window of ${shareText(inputs.maturedShare)} of the units has closed`,
    ...(isFinal ? ['this is final'] : []),
  ];
  return `${parts.join('; ')}.`;
}
