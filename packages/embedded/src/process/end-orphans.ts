import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import { processesOn, signalProcess, waitUntilGone } from './process-table.ts';

export interface OrphanSearch {
  /** The directory that the orphans work on. */
  readonly directory: string;
  /** The program they run. */
  readonly program: string;
  /** What is tried, one after the other. */
  readonly stops: readonly { readonly signal: NodeJS.Signals; readonly timeoutMs: number }[];
  readonly report: (message: string) => void;
}

/**
 * Ends the processes that an earlier run left on a directory. Only to be called by whoever holds the directory's lock: then
 * no live start owns them.
 *
 * @throws {EmbeddedEngineError} `ENGINE_ORPHAN_STAYS` where nothing ends them.
 */
export async function endOrphans({ directory, program, stops, report }: OrphanSearch): Promise<void> {
  const orphans = (): readonly number[] => processesOn(directory, program);
  const found = orphans();
  if (found.length === 0) return;
  report(`Stopping what an earlier run left: process ${found.join(', ')}.`);
  for (const { signal, timeoutMs } of stops) {
    for (const pid of orphans()) signalProcess(pid, signal);
    if (await waitUntilGone(() => orphans().length === 0, timeoutMs)) return;
  }
  throw new EmbeddedEngineError(
    'ENGINE_ORPHAN_STAYS',
    `Process ${orphans().join(', ')} from an earlier run still works on ${directory} and does not end.`,
  );
}
