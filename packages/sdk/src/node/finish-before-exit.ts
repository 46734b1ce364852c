/**
 * Finishes the work of a program that has nothing else to do, before it ends: events that are queued, definitions that are
 * not on disk yet. Not called for `process.exit` and signals, whose programs close their clients themselves.
 * @returns what takes it off again
 */
export function finishBeforeExit(finish: () => Promise<unknown>): () => void {
  let isDone = false;
  const onBeforeExit = (): void => {
    // Work that was waited for leads here again.
    if (isDone) return;
    isDone = true;
    void finish();
  };
  process.on('beforeExit', onBeforeExit);
  return () => void process.off('beforeExit', onBeforeExit);
}
