import { closeSync, fstatSync, openSync, readSync, stat, type Stats } from 'node:fs';
import { runEvery } from '../background-timer.ts';
import { errorCode, errorText } from '../guarded-call.ts';
import type { OverridesFile } from '../overrides/local-overrides.ts';
import { nothingOverridden, parseOverrides, type OverridesByFlag } from '../overrides/parse-overrides.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';

type Reading =
  | { readonly kind: 'read'; readonly text: string; readonly state: string }
  | { readonly kind: 'absent'; readonly state: string }
  | { readonly kind: 'unusable'; readonly why: string; readonly state: string };

const absentState = 'absent';

/**
 * Reads overrides from a file, and again whenever it has changed. A file that is not there overrides nothing; one that can't be
 * used (half written, say) leaves the overrides as they were. Both are logged. It is asked for by its state, not by the system's
 * notifications, which miss files that editors replace.
 */
export function openOverridesFile(
  path: string,
  logger: SdkLogger,
  intervalMs: number = sdkLimits.overridesFileMs,
): OverridesFile {
  const listeners = new Set<(before: OverridesByFlag, after: OverridesByFlag) => void>();
  let current = nothingOverridden;
  let state = '';
  let closed = false;
  let lastTold = '';
  const tell = (message: string): void => {
    if (message !== lastTold) logger.warn(message);
    lastTold = message;
  };
  const load = (): void => {
    const before = current;
    const reading = readText(path);
    ({ state } = reading);
    current = overridesIn(reading, path, before, tell);
    if (current !== before) for (const listener of listeners) listener(before, current);
  };
  /** What was read is compared with what is there, so that no change between two looks is missed. */
  const look = (): void =>
    stat(path, (error, stats) => {
      if (!closed && (error === null ? stateOf(stats) : absentState) !== state) load();
    });
  load();
  const stopLooking = runEvery(intervalMs, look);
  return {
    current: () => current,
    onChange: (listener) => void listeners.add(listener),
    close() {
      closed = true;
      stopLooking();
    },
  };
}

function stateOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}

function overridesIn(reading: Reading, path: string, before: OverridesByFlag, tell: (message: string) => void): OverridesByFlag {
  if (reading.kind === 'absent') {
    tell(`there is no overrides file ${path}; no flag is overridden by it`);
    return nothingOverridden;
  }
  const parsed = reading.kind === 'read' ? parseOverrides(reading.text) : reading;
  if (parsed.kind === 'unusable') {
    tell(`the overrides file ${path} can not be used, and what it said before goes on: ${parsed.why}`);
    return before;
  }
  const { overrides, ignored } = parsed;
  tell(`${overrides.size} flags are overridden by ${path}${ignored.length > 0 ? `; passed over: ${ignored.join('; ')}` : ''}`);
  return overrides;
}

/** Synchronously, since it is small, and so that no evaluation comes before it. */
function readText(path: string): Reading {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const stats = fstatSync(file);
    const { size } = stats;
    if (size > sdkLimits.maxOverridesBytes)
      return {
        kind: 'unusable',
        why: `it has ${size} bytes; ${sdkLimits.maxOverridesBytes} are the most`,
        state: stateOf(stats),
      };
    const bytes = new Uint8Array(size);
    const length = readSync(file, bytes, 0, size, 0);
    return { kind: 'read', text: new TextDecoder().decode(bytes.subarray(0, length)), state: stateOf(stats) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'absent', state: absentState };
    return { kind: 'unusable', why: errorText(error), state: absentState };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
