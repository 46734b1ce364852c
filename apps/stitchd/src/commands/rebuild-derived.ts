import { createEventStore } from '@stitchd/db/clickhouse';
import { rebuildDerived as rebuild, type RebuildProgress } from '@stitchd/events';
import { prepareProcess } from '../prepare-process.ts';
import { findStores } from '../stores/open-stores.ts';

/** `stitchd rebuild-derived`: makes what is derived from raw items anew, beside a product that runs or without one. */
export async function rebuildDerived(options: { readonly json: boolean }): Promise<void> {
  const prepared = prepareProcess(process.env);
  const { clickhouseUrl } = findStores(prepared.platform, prepared.directory);
  const cluster = prepared.platform.clickhouseCluster;
  const store = createEventStore({ url: clickhouseUrl, cluster, applicationName: 'stitchd rebuild-derived' });
  try {
    await rebuild(store, (progress) => {
      process.stdout.write(options.json ? `${JSON.stringify(progress)}\n` : `${sentence(progress)}\n`);
    });
  } finally {
    await store.close();
  }
}

function sentence(progress: RebuildProgress): string {
  switch (progress.kind) {
    case 'links':
      return `links of ${progress.table}, ${progress.month}: ${progress.done} of ${progress.of}`;
    case 'units':
      return `units: emptied, which ends this command, but not the rebuild.
An experiment that has no final results yet is computed anew from all items at its own pace: within an hour unless it says otherwise,
and within a day at most. Its results stay as they are until then; its jobs tell how far it is. Final results are not computed again.`;
  }
}
