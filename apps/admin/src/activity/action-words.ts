const verbs: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'changed',
  remove: 'removed',
  delete: 'deleted',
  archive: 'archived',
  restore: 'restored',
  revoke: 'revoked',
  end: 'ended',
  start: 'asked to start',
  started: 'started',
  'start-refused': 'could not start',
  stop: 'asked to stop',
  stopped: 'stopped',
  recompute: 'asked to compute',
};

/** What reads badly when it is put together. */
const whole: Readonly<Record<string, string>> = {
  'session.create': 'signed in',
  'session.end': 'signed out',
  'sign-in-link.create': 'made a one-time link',
  'flag.configure': 'changed the targeting of flag',
  'flag.bind-iteration': 'tied an experiment to flag',
  'flag.unbind-iteration': 'freed from an experiment flag',
  'flag.change-split': 'changed, for its experiment, the split of flag',
  'experiment.pause': 'paused experiment',
  'experiment.resume': 'resumed experiment',
  'experiment.restart': 'began to restart experiment',
  'experiment.unarchive': 'took back from the archive experiment',
  'experiment.raise-enrolment': 'raised the enrolment of experiment',
  'experiment.change-weights': 'changed the weights of experiment',
  'experiment.alarm.broken': 'found something broken in experiment',
  'experiment.alarm.harm': 'found harm in experiment',
  'experiment.decided': 'came to a decision about experiment',
  'receiver.pause': 'paused, because nothing came through, receiver',
  'receiver.test': 'sent a test to receiver',
  'environment.publish-flags': 'published the flags of environment',
  'stats.show-anyway': 'looked, although they are broken, at the results of experiment',
  'stats.recompute': 'asked for the results of experiment',
};

/** An action of the audit as people read it: `flag.update` is “changed flag”. One that is not known stays as it is. */
export function actionWords(action: string): string {
  if (whole[action] !== undefined) return whole[action];
  const [kind = '', verb = ''] = action.split(/\.(.*)/s);
  const words = verbs[verb];
  return words === undefined ? action : `${words} ${kind.replaceAll('-', ' ')}`;
}
