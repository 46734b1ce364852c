import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandError } from '../terminal/command-error.ts';
import { events, flagKey, playersDaysBack, type DemoRun, type StoredCounts } from './cookie-cats-experiment.ts';
import type { Player } from './player.ts';
import { sendDownTo } from './send-down-to.ts';

/** Items that may wait in the SDK before evaluation pauses for them. */
const maxWaiting = 20_000;
const dayMs = 86_400_000;
/** After how many days each of the test's figures was known. */
const daysAfter = { retention1: 1, retention7: 7, rounds: 14 } as const;
const readyTimeoutMs = 15_000;

export interface Connection {
  readonly url: string;
  readonly syncUrl: string;
}

/** Connects an SDK and waits until it knows the running iteration. */
export async function connectSdk(connection: Connection, run: DemoRun): Promise<StitchdClient> {
  const quiet = (): void => undefined;
  const warn = (message: string): void => void process.stderr.write(`\n  ${message}\n`);
  const logger: SdkLogger = { debug: quiet, info: quiet, warn, error: warn };
  const client = await Stitchd.init({ ...connection, sdkKey: run.sdkKey, logger, maxQueuedItems: maxWaiting * 3 });
  const isExposing = (): boolean =>
    client.stringDetails(flagKey, { targetingKey: 'probe' }, '', { exposure: false }).metadata.iterationId !== undefined;
  for (const deadline = Date.now() + readyTimeoutMs; !isExposing(); await wait(20)) {
    if (Date.now() > deadline) {
      await client.close();
      throw new CommandError(
        `the SDK did not get the experiment within ${readyTimeoutMs / 1_000} s: ${client.status().lastError ?? 'no error was told'}`,
        'UNREACHABLE',
      );
    }
  }
  return client;
}

/**
 * Evaluates the flag for each player in this process and sends what happened to them, with the players' own times.
 * @throws CommandError where the flag serves another arm than the player was given, and where an item was dropped
 */
export async function sendPlayers(
  client: StitchdClient,
  players: readonly Player[],
  run: DemoRun,
  onDone: (players: number) => void,
): Promise<StoredCounts> {
  const installedMs = run.to - playersDaysBack * dayMs;
  const sent = { [events.retention1]: 0, [events.retention7]: 0, [events.rounds]: 0 };
  const track = (key: keyof typeof sent, player: Player, at: number, value?: number): void => {
    sent[key] = (sent[key] ?? 0) + 1;
    client.track(key, { targetingKey: player.userId }, { at, ...(value !== undefined && { value }) });
  };
  for (const [index, player] of players.entries()) {
    const at = installedMs + index;
    const served = client.string(flagKey, { targetingKey: player.userId, version: player.version }, '', { at });
    if (served !== player.version)
      throw new CommandError(`player ${player.userId} was given ${player.version} and is served "${served}"`);
    if (player.retention1) track(events.retention1, player, at + daysAfter.retention1 * dayMs);
    if (player.retention7) track(events.retention7, player, at + daysAfter.retention7 * dayMs);
    track(events.rounds, player, at + daysAfter.rounds * dayMs, player.rounds);
    if (index % 1_000 === 999) {
      onDone(index + 1);
      await sendDownTo(client, maxWaiting);
    }
  }
  await sendDownTo(client, 0);
  const { dropped, rejected } = client.status().events;
  if (dropped > 0 || Object.keys(rejected).length > 0)
    throw new CommandError(`items were lost: ${dropped} dropped, refused ${JSON.stringify(rejected)}`);
  return { exposures: players.length, events: sent };
}
