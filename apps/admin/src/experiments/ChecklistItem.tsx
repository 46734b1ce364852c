import { Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { StatusMark } from './StatusMark.tsx';

type Item = Schemas['StartChecklist']['items'][number];

const looks = {
  ok: { colour: 'teal', icon: IconCheck, word: 'Good' },
  warning: { colour: 'yellow', icon: IconAlertTriangle, word: 'Look at this' },
  blocks: { colour: 'red', icon: IconX, word: 'In the way' },
} as const satisfies Record<Item['status'], unknown>;

/** One thing that speaks for or against a start, and what to do. */
export function ChecklistItem({ item }: { readonly item: Item }) {
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <StatusMark {...looks[item.status]} />
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
