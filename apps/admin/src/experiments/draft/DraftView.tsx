import { Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { Section } from '../../parts/Section.tsx';

/** What is left to do before it starts. */
export function DraftView({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  return (
    <Section title="Before it starts">
      <Text size="sm">
        It will compare the variants of {experiment.flagKey} by{' '}
        {experiment.metrics.map(({ key }) => key).join(', ') || 'no metric yet'}. Start it when the flag’s split is as you want
        it.
      </Text>
    </Section>
  );
}
