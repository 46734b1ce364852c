import { Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { checklistQuery } from '../../api/queries.ts';
import { Loaded } from '../../parts/Loaded.tsx';
import { Section } from '../../parts/Section.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { ReplaySection } from './ReplaySection.tsx';

type Item = Schemas['StartChecklist']['items'][number];

/** What is left to do before it starts, and a try of its metrics on the past. */
export function DraftView({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const checklist = useQuery(checklistQuery(useScope(), experiment.key));
  return (
    <>
      <Section title="Before it starts">
        <Loaded query={checklist}>
          {({ items, mayStart }) => (
            <Stack gap="sm">
              <Text size="sm" fw={600}>
                {mayStart ? 'Nothing stands in the way of starting.' : 'It can’t start before what is marked red is mended.'}
              </Text>
              {items.map((item) => (
                <Check key={item.check} item={item} />
              ))}
            </Stack>
          )}
        </Loaded>
      </Section>
      <ReplaySection experiment={experiment.key} />
    </>
  );
}

const looks = {
  ok: { colour: 'teal', icon: IconCheck, word: 'Good' },
  warning: { colour: 'yellow', icon: IconAlertTriangle, word: 'Look at this' },
  blocks: { colour: 'red', icon: IconX, word: 'In the way' },
} as const satisfies Record<Item['status'], unknown>;

function Check({ item }: { readonly item: Item }) {
  const { colour, icon: Icon, word } = looks[item.status];
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon color={colour} variant="light" size="sm" radius="xl" aria-label={word} role="img">
        <Icon size={14} aria-hidden />
      </ThemeIcon>
      <div>
        <Text size="sm">{item.title}</Text>
        {item.remedy !== '' && (
          <Text size="sm">
            <b>What to do:</b> {item.remedy}
          </Text>
        )}
      </div>
    </Group>
  );
}
