// The operators, each with its not-form over every type of value.
import { equalityFixtures } from './operators/equality.mjs';
import { foldedFixtures } from './operators/ignore-case.mjs';
import { orderFixtures } from './operators/orders.mjs';
import { lists, presence } from './operators/presence-and-lists.mjs';
import { textFixtures } from './operators/text.mjs';
import { unusable } from './operators/unusable.mjs';
import { versionFixtures } from './operators/versions-and-networks.mjs';

export const operatorFixtures = [
  ...equalityFixtures,
  ...textFixtures,
  ...orderFixtures,
  ...versionFixtures,
  ...foldedFixtures,
  presence(),
  lists(),
  unusable(),
];
