import { Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { attributesOf } from './seen-attributes.ts';
import { useSeenAttributes } from './use-seen-attributes.ts';

/** Says which attributes of a condition no context has had: most often they are misspelt. */
export function NeverSeen({ condition }: { readonly condition: Schemas['Condition'] }) {
  const seen = useSeenAttributes();
  const warnings = new Set(attributesOf(condition).flatMap(({ kind, attribute }) => seen.warning(kind, attribute) ?? []));
  return [...warnings].map((warning) => (
    <Text key={warning} size="sm" mb="xs" role="note">
      ⚠ {warning}
    </Text>
  ));
}
