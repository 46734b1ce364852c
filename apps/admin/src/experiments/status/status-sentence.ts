import type { Schemas } from '@stitchd/rest-client';
import { countText } from '../../parts/numbers.ts';

type Experiment = Schemas['Experiment'];

const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });
const dayMs = 86_400_000;

/**
 * Where an experiment stands, in words.
 * @param units - how many take part; undefined before the first results
 */
export function statusSentence(experiment: Experiment, units: number | undefined, nowMs: number): string {
  const counted = units === undefined ? '' : ` ${countText(units)} ${experiment.unitKind} keys take part so far.`;
  switch (experiment.state) {
    case 'draft':
      return 'A draft: nobody takes part yet.';
    case 'starting':
      return 'Starting: it binds the split of its flag.';
    case 'running':
      return `${runningText(experiment, nowMs)}${counted}`;
    case 'paused':
      return `Paused: everybody keeps what they have, and whoever comes now stays out. Begun on ${dayText(experiment.startedAt)}.${counted}`;
    case 'stopping':
      return 'Stopping: it lets go of the split of its flag.';
    case 'stopped':
      return `${stoppedText(experiment, nowMs)}${counted.replace(' take part so far', ' took part')}`;
  }
}

/** What others assigned may have happened before anybody told of it here. */
function runningText({ startedAt, periodFrom }: Experiment, nowMs: number): string {
  if (periodFrom === undefined) return `Running since ${dayText(startedAt)}, ${lengthText(startedAt, nowMs)}.`;
  return `Measured from ${dayText(periodFrom)} on, ${lengthText(periodFrom, nowMs)}.`;
}

/** Late data counts until the grace period has ended. */
function stoppedText({ stoppedAt, graceUntil }: Experiment, nowMs: number): string {
  const stopped = `Stopped on ${dayText(stoppedAt)}.`;
  if (graceUntil === undefined || new Date(graceUntil).getTime() <= nowMs) return stopped;
  return `${stopped} Late data counts until ${dayText(graceUntil)}; then the results are final.`;
}

function dayText(at: string | undefined): string {
  return at === undefined ? 'an unknown day' : day.format(new Date(at));
}

/** How long it has run, in whole days. */
export function lengthText(startedAt: string | undefined, nowMs: number): string {
  if (startedAt === undefined) return 'for an unknown time';
  const days = Math.floor((nowMs - new Date(startedAt).getTime()) / dayMs);
  return days < 1 ? 'for less than a day' : `for ${days} ${days === 1 ? 'day' : 'days'}`;
}
