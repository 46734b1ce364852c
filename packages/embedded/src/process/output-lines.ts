import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { embeddedLimits } from '../limits.ts';

/** The end of what a process wrote, for the error that explains why it failed. */
export interface OutputTail {
  text(): string;
}

/** Hands each line of the streams to `onLine` and keeps the last of them. */
export function followOutput(streams: readonly (Readable | null)[], onLine: (line: string) => void): OutputTail {
  let tail = '';
  for (const stream of streams) {
    if (stream === null) continue;
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      tail = `${tail}${line}\n`.slice(-embeddedLimits.outputTailCharacters);
      onLine(line);
    });
  }
  return { text: () => tail.trim() };
}
