import { isUnfinished, numberIn, textIn, type EventJob } from './upload.ts';

const count = (value: number): string => value.toLocaleString('en');

/** What a job is about. */
export function jobTitle({ kind, request }: EventJob): string {
  const file = textIn(request, 'fileName');
  if (kind === 'import') return file === '' ? 'Import' : `Import of ${file}`;
  return kind === 'erase-unit' ? 'Deletion of one unit’s data' : kind;
}

/** How far it is, from 0 to 1; undefined where that is not known. */
export function jobShare({ kind, request, progress }: EventJob): number | undefined {
  const size = numberIn(request, 'sizeBytes');
  return kind === 'import' && size > 0 ? numberIn(progress, 'consumedBytes') / size : undefined;
}

/** How far it is, in words. */
export function jobStanding(job: EventJob): string {
  if (job.kind !== 'import') return job.errorMessage;
  const { progress } = job;
  const rejected = numberIn(progress, 'rejected');
  const rows = `${count(numberIn(progress, 'accepted'))} accepted${rejected > 0 ? `, ${count(rejected)} rejected` : ''}`;
  const isIncomplete = numberIn(progress, 'receivedBytes') < numberIn(job.request, 'sizeBytes');
  return isUnfinished(job) && isIncomplete ? `${rows}; waits for the rest of the file` : rows;
}
