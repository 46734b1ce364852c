const parts: Readonly<Record<string, string>> = {
  metrics: 'metric',
  margin: 'its margin',
  role: 'its role',
  version: 'its version',
  plan: 'the plan',
  minimumEffect: 'the least effect that matters',
  plannedUnits: 'the planned size',
  plannedDays: 'the planned days',
  endsAt: 'the end date',
  analysis: 'the analysis',
  alpha: 'the level',
  hypothesis: 'the hypothesis',
  dimensions: 'its dimensions',
  scheduleMinutes: 'how often it is computed',
  onHarm: 'what happens on harm',
  enrolmentMilliPercent: 'who takes part',
};

/** `metrics.revenue.margin` as people read it; what is not known stays as it is. */
export function changedWords(name: string): string {
  return name
    .split('.')
    .map((part) => parts[part] ?? part)
    .join(': ');
}
