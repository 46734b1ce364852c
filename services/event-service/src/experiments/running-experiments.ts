import type { Client } from '@connectrpc/connect';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Analysis } from '@stitchd/proto/experiment/v1/experiment';

/** An experiment whose results still come from new items. */
export interface RunningExperiment {
  readonly key: string;
  readonly unitKind: string;
  readonly metricKeys: readonly string[];
  /** Nothing that counts is older: the first exposure, and what units did in the days before it where that is looked at. */
  readonly fromMs: number;
  /** It takes no more units, and waits for its last results, which read everything once more. */
  readonly isStopped: boolean;
}

const dayMs = 86_400_000;

/**
 * The experiments of an environment whose results are not final: those that run, are about to, or were stopped a while ago. The caller's
 * call names the organisation.
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
      if (each.environmentId !== environmentId) continue;
      const from = each.periodFrom ?? each.startedAt;
      const { key, unitKind, analysis } = each;
      const daysBefore = analysis?.adjustment === 'off' ? 0 : (analysis?.prePeriodDays ?? 0);
      running.push({
        key,
        unitKind,
        metricKeys: each.metrics.map((metric) => metric.key),
        fromMs: (from === undefined ? nowMs : timestampMs(from)) - daysBefore * dayMs,
        isStopped: each.state === 'stopped',
      });
    }
    cursor = page.nextCursor;
  } while (cursor !== '');
  return running;
}
