import type { StitchdClient } from '@stitchd/sdk';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandError } from '../terminal/command-error.ts';

/** How long sending may get nowhere: longer than any pause that a limit of items per second asks for. */
const stuckMs = 30_000;

/** Waits until no more than so many items are left to be sent; an environment's limit of items per second takes its time. */
export async function sendDownTo(client: StitchdClient, most: number): Promise<void> {
  let { queued } = client.status().events;
  for (let deadline = Date.now() + stuckMs; queued > most; await wait(50)) {
    await client.flush();
    const now = client.status().events.queued;
    if (now < queued) deadline = Date.now() + stuckMs;
    else if (Date.now() > deadline)
      throw new CommandError(`${now} items could not be sent within ${stuckMs / 1_000} s`, 'UNREACHABLE');
    queued = now;
  }
}
