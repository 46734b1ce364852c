import type { FailedMetric } from '../results.ts';

const stages = {
  definition: 'its definition was looked up',
  figures: 'its figures were read',
  comparison: 'the arms were compared',
} as const satisfies Record<FailedMetric['failure']['stage'], string>;

/** Where a metric failed. */
export function stageText(stage: keyof typeof stages): string {
  return stages[stage];
}
