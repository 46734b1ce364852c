import { adjustment } from './studies/adjustment.ts';
import { coverage } from './studies/coverage.ts';
import { fewUnits } from './studies/few-units.ts';
import { fixedLook } from './studies/fixed-look.ts';
import { fullRollout } from './studies/full-rollout.ts';
import { harm } from './studies/harm.ts';
import { luck } from './studies/luck.ts';
import { mixedUnits } from './studies/mixed-units.ts';
import { multipleComparisons } from './studies/multiple-comparisons.ts';
import { numerics } from './studies/numerics.ts';
import { peeking } from './studies/peeking.ts';
import { power } from './studies/power.ts';
import { quantiles } from './studies/quantiles.ts';
import { ramp } from './studies/ramp.ts';
import { sampleRatio } from './studies/sample-ratio.ts';
import { windows } from './studies/windows.ts';
import type { Study } from './study.ts';

/** All that is asked, in the order of the trust page. A new one goes to the end: seeds follow the order. */
export const studies: readonly Study[] = [
  fixedLook,
  peeking,
  windows,
  ramp,
  power,
  coverage,
  adjustment,
  sampleRatio,
  fewUnits,
  quantiles,
  multipleComparisons,
  luck,
  harm,
  mixedUnits,
  numerics,
  fullRollout,
];
