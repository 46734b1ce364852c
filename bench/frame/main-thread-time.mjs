import { readFileSync } from 'node:fs';

/**
 * Milliseconds that this process's main thread has run, from an origin that does not matter: how long the application is held
 * up, whatever else the machine does. Exact to a tick of the scheduler (some milliseconds). Where the system does not tell
 * (it is Linux that does, proc(5) on schedstat), the time by the clock.
 */
export function mainThreadMs() {
  try {
    const [ranNs = ''] = readFileSync('/proc/self/schedstat', 'utf8').split(' ');
    return Number(ranNs) / 1e6;
  } catch {
    return performance.now();
  }
}
