/**
 * Waits for SIGINT or SIGTERM, then ends things in order. A second signal ends the process at once.
 * @param stop - must settle; what it can't end it cuts
 */
export async function runUntilStopped(stop: (signal: string) => Promise<void>): Promise<void> {
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
  });
  const cut = (): never => process.exit(exitCodeOfSignal);
  process.once('SIGINT', cut);
  process.once('SIGTERM', cut);
  await stop(signal);
}

/** What shells show for a program that ended on SIGINT. */
const exitCodeOfSignal = 130;
