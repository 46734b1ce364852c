// Snapshots, deltas and what can go wrong between a server and those who follow it.
import { bodies, newerServers } from './bodies.mjs';
import { beforeAnything, heartbeats, lostMessages, wrongChecksums } from './faults.mjs';
import { holdouts, references, shards } from './references.mjs';
import { deltas, severalMessages, snapshots } from './states.mjs';

export const syncFixtures = [
  snapshots(),
  severalMessages(),
  deltas(),
  heartbeats(),
  beforeAnything(),
  lostMessages(),
  wrongChecksums(),
  bodies(),
  newerServers(),
  references(),
  shards(),
  holdouts(),
];
