export const experimentStates = ['draft', 'running', 'paused', 'stopped'] as const;
export const experimentKinds = ['experiment', 'rollout'] as const;

export const stateLabels = { draft: 'Draft', running: 'Running', paused: 'Paused', stopped: 'Stopped' } as const;
export const kindLabels = { experiment: 'Experiments', rollout: 'Watched rollouts' } as const;

export interface ExperimentSearch {
  readonly q?: string | undefined;
  readonly state?: (typeof experimentStates)[number] | undefined;
  readonly kind?: (typeof experimentKinds)[number] | undefined;
  readonly archived?: 'true' | undefined;
}
