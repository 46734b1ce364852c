/**
 * What receivers of a project may be told of, each with a sentence: actions of the audit log. A name is never changed or reused,
 * since receivers store it.
 */
export const topics = {
  'experiment.alarm.broken': 'A health check found an experiment broken: its results can not be trusted.',
  'experiment.alarm.harm': 'A metric of an experiment got worse beyond doubt.',
  'experiment.decided': 'The decision about an experiment changed.',
  'experiment.started': 'An experiment has started.',
  'experiment.pause': 'An experiment was paused: new units are left out.',
  'experiment.resume': 'An experiment that was paused goes on.',
  'experiment.stopped': 'An experiment has ended.',
} as const;

/** The name of something that receivers may be told of. */
export type Topic = keyof typeof topics;

/** All of them, alarms first. */
export const topicNames = Object.keys(topics) as readonly Topic[];

/** What a message is called that somebody asked for to see whether it arrives. */
export const testTopic = 'test';

/** Whether a text names something that receivers may be told of. */
export function isTopic(text: string): text is Topic {
  return Object.hasOwn(topics, text);
}
