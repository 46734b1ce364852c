/** Says on standard error how far long work is; on a terminal in one line, elsewhere a line a phase. */
export interface Progress {
  /** Begins a phase; the one before ends. */
  readonly phase: (name: string, total?: number) => void;
  /** How many of the total are done. */
  readonly advance: (done: number) => void;
  /** Ends the last phase and answers the seconds of each. */
  readonly end: () => Readonly<Record<string, number>>;
}

const barWidth = 30;
const drawIntervalMs = 100;

export function createProgress(out: NodeJS.WriteStream, nowMs: () => number): Progress {
  const seconds: Record<string, number> = {};
  let current:
    | { readonly name: string; readonly total: number | undefined; readonly startedMs: number; done: number; drawnMs: number }
    | undefined;
  const draw = (final: boolean): void => {
    if (current === undefined || (!out.isTTY && !final)) return;
    const { name, total, startedMs, done } = current;
    const time = `${((nowMs() - startedMs) / 1_000).toFixed(1)} s`;
    const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
    const filled = Math.round((share ?? 0) * barWidth);
    const bar =
      share === undefined ? '' : ` [${'#'.repeat(filled)}${' '.repeat(barWidth - filled)}] ${done.toLocaleString('en')}`;
    out.write(`${out.isTTY ? '\r\u001b[K' : ''}  ${name}${bar}  ${time}${final ? '\n' : ''}`);
  };
  const finish = (): void => {
    if (current === undefined) return;
    seconds[current.name] = (nowMs() - current.startedMs) / 1_000;
    if (current.total !== undefined) current.done = current.total;
    draw(true);
    current = undefined;
  };
  return {
    phase(name, total) {
      finish();
      current = { name, total, startedMs: nowMs(), done: 0, drawnMs: 0 };
      draw(false);
    },
    advance(done) {
      if (current === undefined) return;
      current.done = done;
      if (nowMs() - current.drawnMs < drawIntervalMs) return;
      current.drawnMs = nowMs();
      draw(false);
    },
    end() {
      finish();
      return seconds;
    },
  };
}
