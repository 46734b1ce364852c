import type { WizardValues } from './wizard-values.ts';

const nameOf = (place: string): string => `stitchd.${place}`;

/**
 * What was typed before the page was loaded again, as long as its tab is open.
 * @param from - what it begins with, where nothing was
 */
export function readKept(place: string, storage: Storage, from: WizardValues): WizardValues {
  const kept = storage.getItem(nameOf(place));
  if (kept === null) return from;
  try {
    const values: unknown = JSON.parse(kept);
    return typeof values === 'object' ? { ...from, ...values } : from;
  } catch {
    // Somebody else's text: begin anew.
    return from;
  }
}

export function keep(place: string, storage: Storage, values: WizardValues): void {
  storage.setItem(nameOf(place), JSON.stringify(values));
}

export function forget(place: string, storage: Storage): void {
  storage.removeItem(nameOf(place));
}
