import type { Client } from '@connectrpc/connect';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Analysis } from '@stitchd/proto/experiment/v1/experiment';

/** An experiment whose results still come from new items. */
export interface RunningExperiment {
  readonly key: string;
  readonly unitKind: string;
  readonly metricKeys: readonly string[];
  /** The first exposure that counts is not older. */
  readonly fromMs: number;
}

/**
 * The experiments of an environment that run, or are about to; the caller's call names the organisation.
 * @throws SERVICE_UNAVAILABLE where experimentation-service does not answer
 */
export async function runningExperiments(
  analysis: Client<typeof Analysis>,
  environmentId: string,
  nowMs: number,
): Promise<readonly RunningExperiment[]> {
  const running: RunningExperiment[] = [];
  let cursor = '';
  do {
    const page = await analysis.listRunning({ page: { cursor } });
    for (const each of page.items) {
      if (each.environmentId !== environmentId || each.state === 'stopped') continue;
      const from = each.periodFrom ?? each.startedAt;
      const { key, unitKind } = each;
      const metricKeys = each.metrics.map((metric) => metric.key);
      running.push({ key, unitKind, metricKeys, fromMs: from === undefined ? nowMs : timestampMs(from) });
    }
    cursor = page.nextCursor;
  } while (cursor !== '');
  return running;
}
