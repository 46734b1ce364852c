import { isUnfinished, numberIn, textIn, type EventJob } from './upload.ts';

const count = (value: number): string => value.toLocaleString('en');

const titles: Readonly<Record<string, string>> = {
  'erase-unit': 'Deletion of one unit’s data',
  'replay-quarantine': 'Taking up what was kept aside',
};

/** What a job is about. */
export function jobTitle({ kind, request }: EventJob): string {
  const file = textIn(request, 'fileName');
  if (kind === 'import') return file === '' ? 'Import' : `Import of ${file}`;
  return titles[kind] ?? kind;
}

/** The others go on by themselves: the server lets nobody end them. */
export function isCancellable(job: EventJob): boolean {
  return job.kind === 'import' && isUnfinished(job) && !job.cancelling;
}

/** How far it is, from 0 to 1; undefined where that is not known. */
export function jobShare({ kind, request, progress }: EventJob): number | undefined {
  const size = numberIn(request, 'sizeBytes');
  return kind === 'import' && size > 0 ? numberIn(progress, 'consumedBytes') / size : undefined;
}

/** How far it is, in words. */
export function jobStanding(job: EventJob): string {
  if (job.kind === 'replay-quarantine' && job.errorMessage === '') return replayStanding(job);
  if (job.kind !== 'import') return job.errorMessage;
  const { progress } = job;
  const rejected = numberIn(progress, 'rejected');
  const rows = `${count(numberIn(progress, 'accepted'))} accepted${rejected > 0 ? `, ${count(rejected)} rejected` : ''}`;
  const isIncomplete = numberIn(progress, 'receivedBytes') < numberIn(job.request, 'sizeBytes');
  return isUnfinished(job) && isIncomplete ? `${rows}; waits for the rest of the file` : rows;
}

/** It stays for days, since an item may be on its way that was sent before its event was defined. */
function replayStanding(job: EventJob): string {
  const unfit = numberIn(job.progress, 'unfit');
  const found = `${count(numberIn(job.progress, 'replayed'))} taken up${unfit > 0 ? `, ${count(unfit)} do not fit` : ''}`;
  return isUnfinished(job) ? `${found}; looks again for late ones` : found;
}
