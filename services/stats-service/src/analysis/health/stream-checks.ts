import { fewConversionsBelow, randomisationBelowUnits } from '@stitchd/statistics';
import { statsLimits } from '../../limits.ts';
import type { HealthCheck } from '../../results/health-check.ts';
import type { MetricResult } from '../../results/metric-result.ts';
import { completeUntil } from '../../computation/complete-until.ts';
import type { AnalysisInputs } from '../analysis-inputs.ts';
import { countText, finding, listText, momentText, shareText, unexposedText } from './findings.ts';

const hourMs = 3_600_000;

/** Whether exposures and events name the same kind of unit. */
export function unitKindCheck({ plan, settings, figures }: AnalysisInputs): HealthCheck {
  const { unitKind } = plan;
  const counted = figures.exposures.filter(({ exclusion }) => exclusion === 0);
  const exposures = counted.reduce((sum, { items }) => sum + items, 0);
  const unnamed = counted.reduce((sum, { withoutUnit }) => sum + withoutUnit, 0);
  const events = figures.events;
  const lost = events === null ? 0 : events.withoutUnit - events.linked;
  const lostShare = events === null || events.items === 0 ? 0 : lost / events.items;
  const exposureShare = exposures === 0 ? 0 : unnamed / exposures;
  if (exposures === 0 && (events?.items ?? 0) === 0)
    return finding('unit-kind', 'waiting', settings.isRunning ? 'Nothing has arrived yet.' : 'Nothing arrived.');
  const shown = [
    { label: `Exposures without a ${unitKind} key`, value: unnamed },
    { label: `Events of the last day without a ${unitKind} key`, value: events?.withoutUnit ?? 0 },
    { label: 'Of these, found through another key', value: events?.linked ?? 0 },
  ];
  const isLost = lostShare > statsLimits.unitlessShareAbove;
  const isUnexposed = exposureShare > statsLimits.unitlessShareAbove;
  if (!isLost && !isUnexposed) {
    const all = unnamed === 0 && lost === 0;
    const cause = all
      ? `Exposures and events carry a ${unitKind} key.`
      : `Nearly all exposures and events carry a ${unitKind} key.`;
    return finding('unit-kind', 'ok', cause, { figures: shown });
  }
  const sentences = [
    ...(isUnexposed ? [`${shareText(exposureShare)} of the exposures have no ${unitKind} key and count for nobody.`] : []),
    ...(isLost
      ? [
          `${shareText(lostShare)} of the metrics' events have no ${unitKind} key that belongs to anybody, so that units look as if they had done nothing.`,
        ]
      : []),
  ];
  const remedy = `Give the SDK a ${unitKind} in the context of evaluations and of tracked events alike, or link the other keys with identify.`;
  return finding('unit-kind', 'warning', sentences.join(' '), { remedy, figures: shown });
}

/** Whether every arm has units and every metric has events. */
export function missingDataCheck({ plan, settings, figures }: AnalysisInputs, metrics: readonly MetricResult[]): HealthCheck {
  const units = plan.arms.map(({ variant }, arm) => ({
    variant,
    units: figures.units.find((each) => each.arm === arm)?.units ?? 0,
  }));
  const shown = units.map(({ variant, units: value }) => ({ label: `${variant}: units`, value }));
  if (units.every(({ units: none }) => none === 0))
    return finding('missing-data', 'waiting', unexposedText(settings), {
      remedy: 'Evaluate the flag with an SDK: reading its value is the exposure.',
      figures: shown,
    });
  const empty = units.filter(({ units: none }) => none === 0).map(({ variant }) => variant);
  if (empty.length > 0)
    return finding('missing-data', 'warning', `Nobody has been exposed to ${listText(empty)}.`, {
      remedy: 'Look whether a program crashes or never asks for the flag there.',
      figures: shown,
    });
  const silent = metrics.filter(
    (metric) =>
      metric.kind === 'computed' &&
      metric.arms.some(({ n, maturing }) => n + (maturing?.n ?? 0) > 0) &&
      metric.arms.every(({ mean, sum, maturing }) => (sum ?? mean ?? 0) === 0 && (maturing?.mean ?? 0) === 0),
  );
  if (silent.length > 0) {
    const names = listText(silent.map((metric) => (metric.kind === 'computed' ? metric.name : metric.key)));
    return finding('missing-data', 'warning', `No exposed unit has an event for ${names}.`, {
      remedy: `Check that the program tracks them, and for the same ${plan.unitKind} keys as it evaluates with.`,
      figures: shown,
    });
  }
  return finding('missing-data', 'ok', 'Every arm has units, and every metric has events.', { figures: shown });
}

export function lateDataCheck(inputs: AnalysisInputs): HealthCheck {
  const { settings, figures } = inputs;
  const { events } = figures;
  const waiting = waitingSentences(inputs);
  const lateShare = events?.lateShare ?? 0;
  const isLate = lateShare > statsLimits.lateShareAbove;
  const came = `${shareText(lateShare)} of the last day's events since the start came more than an hour after they happened`;
  const items = events?.items ?? 0;
  // Inputs that were kept before the two were told apart have no such count.
  const sinceStart = events?.sinceStart ?? items;
  const shown = sinceStart === 0 ? [] : [{ label: 'Share of late events', value: lateShare }];
  if (waiting.length > 0 || isLate) {
    const remedies = [
      ...(waiting.length > 0
        ? [
            `Look whether ClickHouse takes items and every replica of event-service runs${settings.isFinal ? '' : '; results count what waited once it has arrived'}.`,
            ...((inputs.bounds.spools?.silentReplicas ?? 0) > 0
              ? ['Whoever runs Stitchd ends it with "stitchd event-replicas forget" for a replica that is gone for good.']
              : []),
          ]
        : []),
      ...(isLate
        ? [
            `Look for programs that send late, such as apps that were offline${settings.isRunning ? ', and wait for them before you decide' : ''}.`,
          ]
        : []),
    ];
    const change = settings.isFinal ? 'some may have come too late to count' : 'units that look finished may still change';
    const cause = [...waiting, ...(isLate ? [`${came}: ${change}.`] : [])].join(' ');
    return finding('late-data', 'warning', cause, { remedy: remedies.join(' '), figures: shown });
  }
  if (items === 0) return finding('late-data', 'waiting', 'No event came in the last day.');
  if (sinceStart === 0)
    return finding('late-data', 'ok', "All of the last day's events happened before the start, so that none of them is late.");
  const cause = lateShare === 0 ? "The last day's events since the start came in time." : `${came}.`;
  return finding('late-data', 'ok', cause, { figures: shown });
}

/** What was accepted and may not be in the figures. */
function waitingSentences({ bounds }: AnalysisInputs): readonly string[] {
  const until = completeUntil(bounds);
  const waitsMs = Date.parse(bounds.dataUntil) - Date.parse(until);
  const silent = bounds.spools?.silentReplicas ?? 0;
  return [
    ...(waitsMs > statsLimits.waitingMs
      ? [
          `Items that were accepted after ${momentText(until)} may still wait in a spool of event-service, and are not in these figures.`,
        ]
      : []),
    ...(silent > 0
      ? [
          `${silent === 1 ? '1 replica of event-service has' : `${countText(silent)} replicas of event-service have`} said nothing for minutes: what was accepted there last may be missing.`,
        ]
      : []),
  ];
}

export function stoppedStreamCheck(inputs: AnalysisInputs): HealthCheck {
  const { settings, bounds, figures } = inputs;
  if (!settings.isRunning) return finding('stopped-stream', 'ok', 'It takes no more exposures.');
  const { lastExposureAt, lastEventAt } = figures;
  if (lastExposureAt === null) return finding('stopped-stream', 'waiting', 'No exposure has come yet.');
  const hoursSince = (at: string): number => Math.max(0, (Date.parse(bounds.dataUntil) - Date.parse(at)) / hourMs);
  const silence = hoursSince(lastExposureAt);
  const shown = [
    { label: 'Hours since the last exposure', value: Math.round(silence * 10) / 10 },
    ...(lastEventAt === null
      ? []
      : [{ label: 'Hours since the last event', value: Math.round(hoursSince(lastEventAt) * 10) / 10 }]),
  ];
  const elapsedHours = Math.max(1, (Date.parse(lastExposureAt) - Date.parse(bounds.from)) / hourMs);
  const units = figures.units.reduce((sum, each) => sum + each.units, 0);
  const expected = (units / elapsedHours) * silence;
  if (silence >= statsLimits.silentHours && expected >= statsLimits.silentUnits)
    return finding(
      'stopped-stream',
      'warning',
      `The last exposure came ${Math.floor(silence)} hours before the results were computed; at the usual rate ${countText(expected)} new units would have come since.`,
      { remedy: 'Look whether the program still runs, still evaluates the flag, and still reaches the gateway.', figures: shown },
    );
  if (figures.events !== null && lastEventAt === null && units >= randomisationBelowUnits)
    return finding('stopped-stream', 'warning', 'No event of the metrics came in the last day, although units are exposed.', {
      remedy: 'Look whether the program still tracks them.',
      figures: shown,
    });
  return finding('stopped-stream', 'ok', 'Exposures and events keep coming.', { figures: shown });
}

/** Whether what is kept from computation to computation still says what all items say; compared once a day. */
export function recountCheck({ derivation, settings }: AnalysisInputs): HealthCheck {
  if (derivation === 'differs')
    return finding(
      'recount',
      'warning',
      "Units' rows do not say what all items say, and making them anew did not show that they do. The metrics' figures are from all items; dimensions, days and the comparison with other experiments are in doubt.",
      { remedy: 'Report it as a fault, with the bundle of these results.' },
    );
  if (derivation === 'unchecked')
    return finding(
      'recount',
      'warning',
      'Comparing these figures with all items could not be finished: it came to a limit of the event store.',
      {
        remedy: settings.isFinal
          ? 'These results are final, so that it is not tried again. Ask an operator whether ClickHouse has too much to do.'
          : `It is tried again after ${statsLimits.derivedRecheckMs / hourMs} hours. Where it fails each time, ask an operator whether ClickHouse has too much to do.`,
      },
    );
  const causes = {
    full: 'These figures were made from all items.',
    incremental: 'These figures were made from what was new; all items are compared with them once a day.',
    checked: 'All items were read once more and say the same.',
    recounted:
      'All items were read once more: figures say the same, but exposures that had been added up were not as many as all items give, and were counted anew. Items that were erased or became too old explain it.',
    repaired:
      "Units' rows did not say what all items say, and were made anew. Items that were erased or became too old explain it.",
  };
  return finding('recount', 'ok', causes[derivation]);
}

export function changedCheck({ settings }: AnalysisInputs): HealthCheck {
  const { changedAfterStart } = settings;
  if (changedAfterStart.length === 0)
    return finding('changed-mid-run', 'ok', 'Nothing that the results rest on was changed after the start.');
  return finding(
    'changed-mid-run',
    'warning',
    `Changed after the start: ${listText(changedAfterStart)}. What is chosen after the figures were seen is exploratory, and units before and after a change may not be alike.`,
    { remedy: 'Take the plan that was written down before the start as the one that counts, or restart.' },
  );
}

/** Of metrics that were computed: outliers, few units, few conversions; and those that failed. */
export function metricChecks({ plan, settings }: AnalysisInputs, metrics: readonly MetricResult[]): readonly HealthCheck[] {
  const computed = metrics.filter((metric) => metric.kind === 'computed');
  const warned = (kind: string) =>
    computed.flatMap((metric) => {
      const found = metric.comparisons.flatMap(({ warnings }) => warnings).find((warning) => warning.kind === kind);
      const atLeast = found !== undefined && 'atLeast' in found ? found.atLeast : 0;
      return found === undefined
        ? []
        : [{ name: metric.name, atLeast, isCapped: metric.arms.some(({ capped }) => capped !== null) }];
    });
  const tails = warned('heavy-tail');
  const rare = warned('few-conversions');
  const primary = computed.find(({ role }) => role === 'primary') ?? computed[0];
  const smallest = primary === undefined ? 0 : Math.min(...primary.arms.map(({ n }) => n));
  const failed = metrics.filter((metric) => metric.kind === 'failed' || metric.stale !== null);
  return [
    tails.length === 0
      ? finding('heavy-tails', 'ok', 'No metric is carried by a few units.')
      : finding(
          'heavy-tails',
          'warning',
          `${listText(tails.map(({ name }) => name))}: a few units weigh so much that intervals and p-values may miss their level.`,
          {
            remedy: `${tails.some(({ isCapped }) => !isCapped) ? 'Give the metric a cap' : 'Lower the cap of the metric'}, or ${settings.isRunning ? 'wait for' : 'plan for'} as many units as are named below.`,
            figures: tails.map(({ name, atLeast }) => ({ label: `${name}: units of each arm that are needed`, value: atLeast })),
          },
        ),
    smallest >= randomisationBelowUnits
      ? finding('few-units', 'ok', `The smallest arm has ${countText(smallest)} units that are compared.`)
      : finding(
          'few-units',
          smallest === 0 ? 'waiting' : 'warning',
          `The smallest arm has ${countText(smallest)} ${plan.unitKind} keys that are compared. Under ${randomisationBelowUnits} the usual p-values of means and ratios call too often: labels are shuffled instead, from half of the plan on, as long as all arms together have at most ${countText(statsLimits.shuffledUnits)}. Else there is no verdict.`,
          {
            remedy: `${settings.isRunning ? 'Wait for' : 'Plan for'} more units, or compare units of which there are more.`,
            figures: [{ label: 'Smallest arm', value: smallest }],
          },
        ),
    rare.length === 0
      ? finding('few-conversions', 'ok', 'Every arm has enough conversions for the usual methods.')
      : finding(
          'few-conversions',
          smallest === 0 ? 'waiting' : 'warning',
          `${listText(rare.map(({ name }) => name))}: an arm has fewer than ${fewConversionsBelow} conversions, or fewer than that many units without one. Exact methods are used where the weights never changed, and lifts have no interval.`,
          { remedy: `Read it as few conversions, not as no difference${settings.isRunning ? '; wait for more' : ''}.` },
        ),
    failed.length === 0
      ? finding(
          'failed-metrics',
          'ok',
          `${metrics.length === 1 ? 'The metric was' : `All ${metrics.length} metrics were`} computed.`,
        )
      : finding(
          'failed-metrics',
          'warning',
          `${listText(failed.map(({ key }) => key))} could not be computed; the last good value is shown where there is one. The other metrics are not affected.`,
          {
            remedy: 'Open the metric: it says at which stage it failed and why.',
            figures: [{ label: 'Failed', value: failed.length }],
          },
        ),
  ];
}
