import type { Scope } from '../../shell/choose-scope.ts';
import { newWizardValues, type WizardValues } from './wizard-values.ts';

const nameOf = ({ project, environment }: Scope): string => `stitchd.new-experiment.${project}/${environment}`;

/** What was typed before the page was loaded again, as long as its tab is open. */
export function readKept(scope: Scope, storage: Storage): WizardValues {
  const kept = storage.getItem(nameOf(scope));
  if (kept === null) return newWizardValues;
  try {
    const values: unknown = JSON.parse(kept);
    return typeof values === 'object' ? { ...newWizardValues, ...values } : newWizardValues;
  } catch {
    // Somebody else's text: begin anew.
    return newWizardValues;
  }
}

export function keep(scope: Scope, storage: Storage, values: WizardValues): void {
  storage.setItem(nameOf(scope), JSON.stringify(values));
}

export function forget(scope: Scope, storage: Storage): void {
  storage.removeItem(nameOf(scope));
}
