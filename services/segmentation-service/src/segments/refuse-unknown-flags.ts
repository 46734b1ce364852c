import type { Condition, ValidationError } from '@stitchd/core';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { isProblem, type Reach } from '@stitchd/service-kit';
import { conditionReferences } from './condition-references.ts';
import { refuseInvalid } from './refuse-invalid.ts';

/**
 * What a condition asks of flags, they must be able to answer. Flags are never deleted, so that asking before the write's
 * transaction is soon enough.
 * @throws VALIDATION_FAILED naming flags and variants that do not exist
 */
export async function refuseUnknownFlags(reach: Reach, condition: Condition): Promise<void> {
  const asked = conditionReferences(condition, '/when').filter((reference) => reference.kind === 'flag');
  const variantsOf = new Map<string, readonly string[] | undefined>();
  for (const { key } of asked) if (!variantsOf.has(key)) variantsOf.set(key, await findVariants(reach, key));
  const errors = asked.flatMap(({ key, variants, path }): readonly ValidationError[] => {
    const known = variantsOf.get(key);
    if (known === undefined) return [{ path: `${path}/flag`, message: `is no flag of this project: ${key}` }];
    return variants.flatMap((variant, index) =>
      known.includes(variant)
        ? []
        : [{ path: `${path}/variants/${index}`, message: `is no variant of the flag ${key}: ${variant}` }],
    );
  });
  refuseInvalid(errors);
}

async function findVariants(reach: Reach, key: string): Promise<readonly string[] | undefined> {
  try {
    const { variants } = await reach(Flags).getFlag({ key });
    return variants.map((variant) => variant.key);
  } catch (error) {
    if (isProblem(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
