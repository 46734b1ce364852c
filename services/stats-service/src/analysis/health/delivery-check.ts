import { dayText } from '@stitchd/statistics';
import type { HealthCheck } from '../../results/health-check.ts';
import type { AnalysisInputs } from '../analysis-inputs.ts';
import { deliveredUnits } from '../delivered-units.ts';
import { countText, finding, listText, shareText, unexposedText } from './findings.ts';

/** Whether units were exposed by reads or by deliveries, and whether that was changed while it ran. */
export function deliveryCheck({ plan, settings, figures }: AnalysisInputs): HealthCheck {
  const units = figures.units.reduce((sum, each) => sum + each.units, 0);
  const delivered = plan.arms.reduce((sum, _, arm) => sum + deliveredUnits(figures, arm), 0);
  const changes = settings.exposuresOnChangedAt;
  const shown = plan.arms.map(({ variant }, arm) => ({
    label: `${variant}: units first seen by a delivery`,
    value: deliveredUnits(figures, arm),
  }));
  const told = units === 0 ? unexposedText(settings) : sourceText({ units, delivered, unitKind: plan.unitKind });
  if (changes.length > 0)
    return finding(
      'deliveries',
      'warning',
      `What exposes was changed while this ran, on ${listText(changes.map((at) => dayText(at)))}: units before and after are not alike, since deliveries take in units that never come to the flag. ${told}`,
      {
        remedy: 'Restart, so that all units are exposed in the same way, or read the effect as a mixture of both.',
        figures: shown,
      },
    );
  return finding('deliveries', units === 0 ? 'waiting' : 'ok', told, delivered === 0 ? {} : { figures: shown });
}

function sourceText(of: { readonly units: number; readonly delivered: number; readonly unitKind: string }): string {
  const { units, delivered, unitKind } = of;
  if (delivered === 0) return `Every ${unitKind} key was first seen by a read of the application.`;
  return `Exposures are deliveries: of ${countText(units)} ${unitKind} keys ${countText(delivered)} (${shareText(delivered / units)}) were first seen by a delivery of all values. Whether the application read the flag for them is not known. They are in every arm alike, so that the comparison is fair, but the effect on those who saw the flag is larger than what is shown.`;
}
