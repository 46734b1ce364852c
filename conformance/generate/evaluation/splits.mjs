// Splits, in their order: holdouts, wholly one variant, the unit, the layer, assignments, enrolment, ranges.
import { experiments } from './splits/experiments.mjs';
import { holdouts, recorded } from './splits/holdouts.mjs';
import { ranges, salts } from './splits/ranges.mjs';
import { units } from './splits/units.mjs';

export const splitFixtures = [ranges(), salts(), units(), experiments(), holdouts(), recorded()];
