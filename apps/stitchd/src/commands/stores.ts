import { lockDataDirectory } from '@stitchd/embedded';
import { openLog, prepareProcess } from '../prepare-process.ts';
import { runUntilStopped } from '../run-until-stopped.ts';
import { openStores } from '../stores/open-stores.ts';

/** `stitchd stores`: the two embedded engines in this process, for services that run apart on the same host. */
export async function stores(options: { readonly json: boolean }): Promise<void> {
  const prepared = prepareProcess(process.env);
  const lock = await lockDataDirectory(prepared.directory.path);
  const open = await openStores(prepared.platform, prepared.directory, openLog(prepared, 'standard-error'));
  const { databaseUrl, clickhouseUrl } = open;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ databaseUrl, clickhouseUrl, dataDirectory: prepared.directory.path })}\n`
      : `PostgreSQL  ${databaseUrl}\nClickHouse  ${clickhouseUrl}\nServices with the same STITCHD_DATA_DIR find them by themselves. Ctrl-C stops both.\n`,
  );
  // Engines keep the process alive; where both stores run elsewhere nothing does, and others count on this process all the same.
  const alive = setInterval(() => undefined, 60_000);
  await runUntilStopped(async () => {
    clearInterval(alive);
    await open.stop();
    await lock.release();
  });
}
