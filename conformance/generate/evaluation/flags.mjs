// The order of an evaluation and its first steps: types, prerequisites, individual targets, what a client key sees.
import { clientVisibility } from './flags/client-visibility.mjs';
import { notReady, order } from './flags/order.mjs';
import { prerequisites } from './flags/prerequisites.mjs';
import { targets } from './flags/targets.mjs';
import { types } from './flags/types.mjs';

export const flagFixtures = [notReady(), order(), types(), prerequisites(), targets(), clientVisibility()];
