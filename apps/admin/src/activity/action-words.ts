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

/** An action of the audit as people read it: `flag.update` is “changed flag”. One that is not known stays as it is. */
export function actionWords(action: string): string {
  const [kind = '', verb = ''] = action.split(/\.(.*)/s);
  const words = verbs[verb];
  return words === undefined ? action : `${words} ${kind.replaceAll('-', ' ')}`;
}
