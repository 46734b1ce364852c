import { createLocalOverrides, type LocalOverrides } from '../overrides/local-overrides.ts';
import { nothingOverridden, parseOverrides, type OverridesByFlag } from '../overrides/parse-overrides.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import { openOverridesFile } from './overrides-file.ts';

/** The variable that holds overrides: one, since flag keys can't be told from names of variables without ambiguity. */
export const overridesVariable = 'STITCHD_OVERRIDES';

/** Opens the overrides of this process: those of the variable `STITCHD_OVERRIDES`, and those of a file where one is named. */
export function openLocalOverrides(
  { overridesFile, logger }: { readonly overridesFile: string | undefined; readonly logger: SdkLogger },
  environment: Readonly<Record<string, string | undefined>>,
): LocalOverrides {
  return createLocalOverrides(
    readVariable(environment[overridesVariable], logger),
    overridesFile === undefined ? undefined : openOverridesFile(overridesFile, logger),
  );
}

function readVariable(text: string | undefined, logger: SdkLogger): OverridesByFlag {
  if (text === undefined || text.trim() === '') return nothingOverridden;
  const parsed =
    text.length > sdkLimits.maxOverridesBytes ? { kind: 'unusable' as const, why: 'it is too long' } : parseOverrides(text);
  if (parsed.kind === 'unusable') {
    logger.warn(`${overridesVariable} is passed over: ${parsed.why}`);
    return nothingOverridden;
  }
  for (const why of parsed.ignored) logger.warn(`${overridesVariable}: ${why}`);
  logger.warn(`${parsed.overrides.size} flags are overridden by ${overridesVariable}`);
  return parsed.overrides;
}
