export const wizardSteps = ['hypothesis', 'split', 'metrics', 'power'] as const;

export type WizardStep = (typeof wizardSteps)[number];

export const stepTitles = {
  hypothesis: { title: 'Hypothesis', detail: 'What you expect, and why' },
  split: { title: 'Flag', detail: 'Split, unit and baseline' },
  metrics: { title: 'Metrics', detail: 'One decides, some guard' },
  power: { title: 'Power', detail: 'How small, how long' },
} as const satisfies Record<WizardStep, { readonly title: string; readonly detail: string }>;
