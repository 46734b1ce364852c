import { bundleFormat, bundleVersion, type ResultsBundle } from './results-bundle.ts';

export type ReadBundle =
  | { readonly kind: 'bundle'; readonly bundle: ResultsBundle }
  /** A sentence that says why. */
  | { readonly kind: 'unreadable'; readonly reason: string };

const unreadable = (reason: string): ReadBundle => ({ kind: 'unreadable', reason });

/** Takes a bundle from its text. That its parts are whole is all that is looked at here, not what they say. */
export function readBundle(text: string): ReadBundle {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable('It is no JSON, or only the beginning of a file.');
  }
  if (!isObject(value) || value['format'] !== bundleFormat) return unreadable('It is JSON, but no bundle of results.');
  const { version, settings, inputs, results, checksums } = value;
  if (version !== bundleVersion)
    return unreadable(`Its format has the version ${JSON.stringify(version)}; this program knows ${bundleVersion}.`);
  const parts = { settings, inputs, results, checksums };
  const missing = Object.entries(parts).find(([, part]) => !isObject(part));
  if (missing !== undefined) return unreadable(`It has no ${missing[0]}.`);
  const needed = ['plan', 'settings', 'bounds', 'figures', 'past'];
  const lacking = needed.find((name) => !isObject((inputs as Record<string, unknown>)[name]));
  if (lacking !== undefined) return unreadable(`Its inputs have no ${lacking}.`);
  if (!Array.isArray((results as Record<string, unknown>)['metrics'])) return unreadable('Its results have no metrics.');
  return { kind: 'bundle', bundle: value as unknown as ResultsBundle };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
