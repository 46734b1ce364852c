import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How often it is looked whether the others are done, and how long at most, in milliseconds. */
const pollMs = 200;
const longestMs = 30 * 60_000;

const ticketName = /^bootstrap-(\d+)-(\w+)$/;

/**
 * Waits until no other bootstrap works on this checkout. Each puts down a ticket, named after its process, and then looks for
 * others: with none it goes on; of two that see each other the one with the greater name withdraws. Tickets whose process is
 * gone are removed, which is safe, for no name comes twice. Not in node_modules, which the installation empties.
 *
 * @param {string} root
 * @param {(pid: string) => void} onWait
 * @returns {Promise<() => void>} ends the turn
 */
export async function takeTurn(root, onWait) {
  const folder = join(root, '.stitchd');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = `bootstrap-${process.pid}-${startOf(process.pid) ?? 'unknown'}`;
  const put = () => writeFileSync(join(folder, own), '');
  const withdraw = () => rmSync(join(folder, own), { force: true });
  const deadline = performance.now() + longestMs;
  let announced = false;
  put();
  for (;;) {
    const others = ticketsOfOthers(folder, own);
    if (others.length === 0) {
      put();
      process.once('exit', withdraw);
      return withdraw;
    }
    const [first = ''] = others;
    if (!announced) onWait(ticketName.exec(first)?.[1] ?? '');
    announced = true;
    if (first < own) {
      withdraw();
      await untilGone(folder, first, deadline);
      put();
    } else {
      await pause(pollMs);
    }
    if (performance.now() > deadline) {
      withdraw();
      throw new Error(`Another bootstrap still works on ${root}: ${first}.`);
    }
  }
}

/**
 * @param {string} folder
 * @param {string} ticket
 * @param {number} deadline
 */
async function untilGone(folder, ticket, deadline) {
  while (ticketsOfOthers(folder, '').includes(ticket) && performance.now() < deadline) await pause(pollMs);
}

/**
 * @param {string} folder
 * @param {string} own
 */
function ticketsOfOthers(folder, own) {
  const tickets = readdirSync(folder).filter((name) => ticketName.test(name) && name !== own);
  return tickets.sort().filter((name) => {
    const [, pid = '', started] = ticketName.exec(name) ?? [];
    const isAlive = (startOf(Number(pid)) ?? 'gone') === started;
    if (!isAlive) rmSync(join(folder, name), { force: true });
    return isAlive;
  });
}

/**
 * When a process started, by Linux's process table, so that a number that is used again is no longer the same process; on
 * other systems only whether it lives.
 * @param {number} pid
 * @returns {string | undefined}
 */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return undefined;
  }
}
