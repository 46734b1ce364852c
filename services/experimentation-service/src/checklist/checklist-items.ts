import { weightsOf } from '@stitchd/core';
import { experimentLimits } from '../limits.ts';
import type { StartFacts } from './start-facts.ts';

/** One thing that speaks for or against a start. */
export interface CheckedItem {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'blocks';
  readonly title: string;
  /** What to do; empty where all is well. */
  readonly remedy: string;
}

type Check = (facts: StartFacts) => CheckedItem;

const ok = (check: string, title: string): CheckedItem => ({ check, status: 'ok', title, remedy: '' });

/** Everything that is looked at before a start, always in this order. */
export function checklistItems(facts: StartFacts): readonly CheckedItem[] {
  const checks: readonly Check[] = [split, baseline, flagOn, overlap, metrics, data, unit, power, dimensions];
  return [...checks.map((check) => check(facts)), ...deliveries(facts)];
}

function split({ experiment, flag }: StartFacts): CheckedItem {
  const blocks = (title: string, remedy: string): CheckedItem => ({ check: 'split', status: 'blocks', title, remedy });
  if (flag === undefined)
    return blocks(`There is no flag ${experiment.flag_key} here`, 'Restore the flag, or make the experiment on another one.');
  if (experiment.assignment === 'recorded') return ok('split', 'Arms are assigned elsewhere');
  const { split: found } = flag;
  if (found === undefined)
    return blocks('The flag serves no split there', 'Let the rule, or the default, serve its variants by percentage.');
  if (found.attribute !== undefined)
    return blocks(
      `The split is drawn by the attribute ${found.attribute}`,
      'Draw it by the key of a context kind: exposures carry no attributes as units.',
    );
  return Object.keys(weightsOf(found.ranges)).length >= 2
    ? ok('split', 'The flag serves a split')
    : blocks('The split serves one variant only', 'Give at least two variants a share.');
}

function baseline({ experiment, flag }: StartFacts): CheckedItem {
  const { baseline_variant: variant, arms, assignment } = experiment;
  const served =
    assignment === 'recorded'
      ? arms.some((arm) => arm.variant === variant && arm.expectedMilliPercent > 0)
      : flag?.split !== undefined && (weightsOf(flag.split.ranges)[variant] ?? 0) > 0;
  if (served) return ok('baseline', `The others are compared with ${variant}`);
  return {
    check: 'baseline',
    status: 'blocks',
    title: `The baseline ${variant} gets no units`,
    remedy: 'Give it a share, or choose another baseline.',
  };
}

function flagOn({ flag }: StartFacts): CheckedItem {
  if (flag === undefined || flag.enabled) return ok('flag-on', 'The flag is on');
  return {
    check: 'flag-on',
    status: 'warning',
    title: 'The flag is off here: nobody takes part',
    remedy: 'Switch it on before the start, or soon after.',
  };
}

function overlap({ conflicting, layer, flag }: StartFacts): CheckedItem {
  if (conflicting.length === 0) return inLayer(layer, flag);
  return {
    check: 'overlap',
    status: 'blocks',
    title: `Another experiment runs on this split: ${conflicting.join(', ')}`,
    remedy: 'Stop it first, or make this one on another rule.',
  };
}

/** A layer keeps experiments apart by its unit: one whose split is drawn by another would overlap with the others all the same. */
function inLayer(layer: StartFacts['layer'], flag: StartFacts['flag']): CheckedItem {
  const free = 'No other experiment runs on this split';
  if (layer === undefined) return ok('overlap', free);
  const kind = flag?.split?.contextKind;
  if (kind === undefined || kind === layer.unitKind)
    return ok('overlap', `${free}, and the layer ${layer.key} keeps it apart from others`);
  return {
    check: 'overlap',
    status: 'blocks',
    title: `The split is drawn by ${kind}, and the layer ${layer.key} places units by ${layer.unitKind}`,
    remedy: `Draw the split by ${layer.unitKind}, or take the experiment out of the layer.`,
  };
}

function metrics({ metrics: facts }: StartFacts): CheckedItem {
  const unusable = facts.filter(({ state }) => state !== 'usable');
  if (unusable.length === 0) return ok('metrics', 'All metrics can be computed');
  return {
    check: 'metrics',
    status: 'blocks',
    title: unusable.map(({ key, state }) => `The metric ${key} is ${state}`).join('; '),
    remedy: 'Choose other metrics, or take archived ones back.',
  };
}

function data({ metrics: facts, volumes }: StartFacts): CheckedItem {
  const warning = (title: string, remedy: string): CheckedItem => ({ check: 'data', status: 'warning', title, remedy });
  if (volumes === undefined) return warning('Whether metrics have data could not be looked up', 'Look at the events page.');
  const silent = facts.filter(({ eventKeys }) => eventKeys.some((key) => (volumes.get(key) ?? 0) === 0));
  if (silent.length === 0) return ok('data', 'Every metric had events within the last seven days');
  const keys = silent.map(({ key }) => key).join(', ');
  return warning(
    `No events within the last seven days for: ${keys}`,
    'Send the events before the start: nothing else shows that they arrive.',
  );
}

function unit({ experiment, eventKinds }: StartFacts): CheckedItem {
  const { unit_kind: kind } = experiment;
  const apart = [...(eventKinds ?? [])].filter(([, kinds]) => kinds.length > 0 && !kinds.includes(kind)).map(([key]) => key);
  if (apart.length === 0) return ok('unit', `Events and exposures are counted by ${kind}`);
  return {
    check: 'unit',
    status: 'warning',
    title: `These events need not carry a ${kind}: ${apart.join(', ')}`,
    remedy: `Send the ${kind} with them, or link the keys: an event without it counts for nobody.`,
  };
}

function power({ experiment }: StartFacts): CheckedItem {
  const warning = (title: string, remedy: string): CheckedItem => ({ check: 'power', status: 'warning', title, remedy });
  if (experiment.kind === 'rollout') return ok('power', 'A rollout is watched without a plan');
  const { minimumEffect, plannedUnits, power: planned } = experiment.plan;
  if (minimumEffect === undefined || plannedUnits === undefined)
    return warning(
      'There is no plan',
      'Plan the smallest effect to be found and the units that this takes: a verdict needs both.',
    );
  const { default: usual } = experimentLimits.plan.power;
  if (planned < usual)
    return warning(
      `An effect of the planned size is found with ${Math.round(planned * 100)} % only`,
      `Plan for ${usual * 100} %: more units, or a larger effect.`,
    );
  return ok('power', `The plan is for ${plannedUnits} units and to find its effect with ${Math.round(planned * 100)} %`);
}

function dimensions({ experiment, exposures }: StartFacts): CheckedItem {
  const warning = (title: string, remedy: string): CheckedItem => ({ check: 'dimensions', status: 'warning', title, remedy });
  const names = experiment.analysis.dimensions;
  if (names.length === 0) return ok('dimensions', 'Results are not broken down by attributes');
  if (exposures === undefined)
    return warning('Whether its dimensions are sent could not be looked up', 'Look at the event settings of the environment.');
  const unseen = names.filter((name) => !exposures.attributes.has(name));
  if (unseen.length === 0) return ok('dimensions', 'Exposures carry the attributes of its dimensions');
  return warning(
    `Exposures do not carry: ${unseen.join(', ')}`,
    'Name these attributes in the event settings of the environment: results by them stay empty otherwise.',
  );
}

/** Said only where it is so: somebody chose it for the whole environment, and whoever starts here may not know. */
function deliveries({ exposures }: StartFacts): readonly CheckedItem[] {
  if (exposures?.countDeliveries !== true) return [];
  return [
    ok(
      'deliveries',
      'A delivery of all flags counts as an exposure here: who gets one takes part, even if this flag is never read',
    ),
  ];
}
