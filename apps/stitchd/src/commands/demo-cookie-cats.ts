import { createRestClient } from '@stitchd/rest-client';
import { computeResults, prepareRun, waitUntilStored, type StoredCounts } from '../demo/cookie-cats-experiment.ts';
import { makeUpPlayers, trueEffect } from '../demo/make-up-players.ts';
import { readPlayers } from '../demo/read-players.ts';
import { connectSdk, sendPlayers } from '../demo/send-players.ts';
import { resultTables } from '../demo/result-tables.ts';
import { prepareProcess } from '../prepare-process.ts';
import { findProduct } from '../seed/find-product.ts';
import { createProgress } from '../terminal/progress.ts';

export interface CookieCatsOptions {
  readonly data?: string;
  readonly players: number;
  readonly url?: string;
  readonly syncUrl?: string;
  readonly token?: string;
  readonly json: boolean;
}

/** `stitchd demo cookie-cats`: a whole experiment over the public interfaces of the running product. */
export async function demoCookieCats(options: CookieCatsOptions): Promise<void> {
  const product = findProduct(prepareProcess(process.env), options);
  const rest = createRestClient({ url: product.url, token: () => product.token });
  const progress = createProgress(process.stderr, Date.now);
  progress.phase('players');
  const seed = Date.now() % 100_000;
  const players = options.data === undefined ? makeUpPlayers(options.players, seed) : await readPlayers(options.data);
  progress.phase('project, flag and experiment');
  const run = await prepareRun(rest, Date.now());
  const client = await connectSdk(product, run);
  let sent: StoredCounts;
  let evaluated: StoredCounts;
  try {
    progress.phase('evaluate and send', players.length);
    evaluated = await sendPlayers(client, players, run, progress.advance);
    progress.phase('stored', total(evaluated));
    sent = await waitUntilStored(rest, run, evaluated, progress.advance);
  } finally {
    await client.close();
  }
  progress.phase('compute');
  const results = await computeResults(rest, run);
  const seconds = progress.end();
  const items = total(evaluated);
  const rate = Math.round(items / ((seconds['evaluate and send'] ?? 0) + (seconds['stored'] ?? 0)));
  const facts = {
    players: players.length,
    sent: evaluated,
    stored: sent,
    seconds,
    itemsPerSecond: rate,
    ...(options.data === undefined && { trueEffect, seed }),
    results,
  };
  process.stdout.write(options.json ? `${JSON.stringify(facts)}\n` : resultTables(facts));
}

function total(counts: StoredCounts): number {
  return counts.exposures + Object.values(counts.events).reduce((sum, items) => sum + items, 0);
}
