import type { Topic } from '@stitchd/core';

/** What a receiver may be told of, in a word or two. */
export const topicLabels: Readonly<Record<Topic, string>> = {
  'experiment.alarm.broken': 'broken',
  'experiment.alarm.harm': 'harm',
  'experiment.decided': 'decided',
  'experiment.started': 'started',
  'experiment.pause': 'paused',
  'experiment.resume': 'resumed',
  'experiment.stopped': 'stopped',
};
