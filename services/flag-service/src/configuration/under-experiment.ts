import { bucketCount, type Split } from '@stitchd/core';
import type { ConfigurationDocument } from '@stitchd/db/flag';
import type { BindSplitRequest } from '@stitchd/proto/flag/v1/flag';
import { enrolled, replaceSplit, rerandomised } from './change-placement.ts';

type Asked = Pick<BindSplitRequest, 'baselineVariant' | 'layer' | 'holdoutKeys' | 'rerandomise' | 'enrolmentMilliPercent'>;

/** What an experiment asks of its split, and what is needed for it. */
export interface ExperimentSurroundings {
  readonly asked: Asked;
  /** Keys of the holdouts that the environment has published. */
  readonly holdouts: ReadonlySet<string>;
  readonly newSalt: () => string;
}

/**
 * The document with one split as an experiment that starts on it needs it: drawn anew and with another enrolment where that is
 * asked for, in its slice of a layer, and covered by holdouts.
 */
export function underExperiment(
  document: ConfigurationDocument,
  splitId: string,
  surroundings: ExperimentSurroundings,
): ConfigurationDocument {
  return replaceSplit(document, splitId, (split) => ({ split: dressed(drawn(split, surroundings), surroundings) }));
}

function drawn(split: Split, { asked, newSalt }: ExperimentSurroundings): Split {
  const fresh = asked.rerandomise ? rerandomised(split, newSalt) : split;
  const { enrolmentMilliPercent, baselineVariant: otherwise } = asked;
  return enrolmentMilliPercent === undefined ? fresh : enrolled(fresh, enrolmentMilliPercent, { otherwise, newSalt });
}

function dressed(split: Split, { asked, holdouts, newSalt }: ExperimentSurroundings): Split {
  const { layer: _, holdouts: before = [], ...rest } = split;
  const { baselineVariant: baseline, layer } = asked;
  // A cover that is there stays as it is: its units keep what they have, whatever the new experiment calls its baseline.
  const kept = before.filter(({ holdout }) => holdouts.has(holdout));
  const fresh = asked.holdoutKeys.filter((key) => holdouts.has(key) && !kept.some(({ holdout }) => holdout === key));
  const covers = [...kept, ...fresh.map((holdout) => ({ holdout, baseline }))];
  return {
    ...rest,
    ...(layer !== undefined && {
      // Units outside of the layer are as those that are not enrolled: something has to say what these get.
      enrol: split.enrol ?? { salt: newSalt(), ranges: [{ from: 0, to: bucketCount }], otherwise: baseline },
      layer: { key: layer.key, salt: layer.salt, ranges: layer.ranges.map(({ from, to }) => ({ from, to })) },
    }),
    ...(covers.length > 0 && { holdouts: covers }),
  };
}
