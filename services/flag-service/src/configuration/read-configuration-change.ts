import { parseFlagConfiguration, type FlagConfiguration, type ValidationError } from '@stitchd/core';
import type { BindingRow, FlagRow } from '@stitchd/db/flag';
import type { FlagContext } from '../context.ts';
import { refuseInvalid } from '../flags/read-fields.ts';
import { completeDocument } from './complete-document.ts';
import type { Input, SplitSurroundings } from './complete-split.ts';
import type { EffectiveConfiguration } from './effective-configuration.ts';

/** What a writer wants a configuration to be; what was left out stays. */
export interface ConfigurationChange {
  readonly enabled: boolean | undefined;
  readonly document: Input | undefined;
}

/**
 * The configuration that a change leads to, checked as far as the flag alone can tell.
 * @throws VALIDATION_FAILED naming everything that is wrong, by JSON pointers into the document
 */
export function readConfigurationChange(
  { newId, newSalt }: Pick<FlagContext, 'newId' | 'newSalt'>,
  change: ConfigurationChange,
  flag: FlagRow,
  previous: EffectiveConfiguration,
  { running, holdouts }: Pick<SplitSurroundings, 'holdouts'> & { readonly running: readonly BindingRow[] },
): FlagConfiguration {
  const errors: ValidationError[] = [];
  const { enabled = previous.enabled, document = {} } = change;
  if (Object.hasOwn(document, 'enabled')) errors.push({ path: '/enabled', message: 'is given beside the document' });
  const completed = completeDocument(document, previous.document, {
    variants: new Set(flag.variants.map(({ key }) => key)),
    iterations: new Map(running.filter(({ recorded }) => !recorded).map((binding) => [binding.split_id, binding.iteration_id])),
    holdouts,
    newId,
    newSalt,
    errors,
  });
  const parsed = parseFlagConfiguration({ ...completed, enabled }, flag);
  if (parsed.kind === 'ok' && errors.length === 0) {
    refuseInvalid([], parsed.value);
    return parsed.value;
  }
  // What was wrong before parsing comes first: the parser may only have met its consequences.
  const noted = new Set(errors.map(({ path }) => path));
  const more = parsed.kind === 'ok' ? [] : parsed.errors.filter(({ path }) => !noted.has(path));
  refuseInvalid([...errors, ...more], {});
  throw new Error('a configuration with errors is refused');
}
