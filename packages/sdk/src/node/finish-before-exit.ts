/** The work of all clients of this process: one listener for all of them, since Node.js warns about more than ten. */
const unfinished = new Set<() => Promise<unknown>>();

function finishAll(): void {
  // What a client queues meanwhile leads here again, and finds it gone: it has had its time.
  for (const finish of unfinished) {
    unfinished.delete(finish);
    void finish();
  }
}

/**
 * Finishes the work of a program that has nothing else to do, before it ends: events that are queued, definitions that are
 * not on disk yet. Not called for `process.exit` and signals, whose programs close their clients themselves.
 * @param finish - never rejects
 * @returns what takes it off again
 */
export function finishBeforeExit(finish: () => Promise<unknown>): () => void {
  if (unfinished.size === 0 && !process.listeners('beforeExit').includes(finishAll)) process.on('beforeExit', finishAll);
  unfinished.add(finish);
  return () => {
    unfinished.delete(finish);
    if (unfinished.size === 0) process.off('beforeExit', finishAll);
  };
}
