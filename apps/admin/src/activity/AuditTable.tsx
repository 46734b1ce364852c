import { ActionIcon, Table, Text, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { useId } from 'react';
import { ChangeList } from '../parts/ChangeList.tsx';
import { changedFields } from '../parts/changed-fields.ts';
import { When } from '../parts/When.tsx';
import { actionWords } from './action-words.ts';

type Entry = Schemas['AuditEntry'];

const columnCount = 5;

export function AuditTable({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <Table.ScrollContainer minWidth={720} type="native">
      <Table aria-label="Activity">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={48}>
              <VisuallyHidden>Details</VisuallyHidden>
            </Table.Th>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Of what</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <EntryRows key={entry.id} entry={entry} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function EntryRows({ entry }: { readonly entry: Entry }) {
  const [opened, { toggle }] = useDisclosure();
  const id = useId();
  const changes = changedFields(entry.before ?? {}, entry.after ?? {});
  return (
    <>
      <Table.Tr>
        <Table.Td>
          {changes.length > 0 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={toggle}
              aria-expanded={opened}
              aria-controls={id}
              aria-label={`What changed: ${entry.action} ${entry.resourceKey}`}
            >
              {opened ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
            </ActionIcon>
          )}
        </Table.Td>
        <Table.Td>
          <When at={entry.at} />
        </Table.Td>
        <Table.Td>{entry.actorName || entry.actorKind}</Table.Td>
        <Table.Td>{actionWords(entry.action)}</Table.Td>
        <Table.Td>
          <Text size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {entry.resourceKey || entry.resourceKind}
          </Text>
        </Table.Td>
      </Table.Tr>
      {opened && (
        <Table.Tr id={id}>
          <Table.Td colSpan={columnCount}>
            <ChangeList changes={changes} />
            <Text size="xs" c="dimmed" mt="xs">
              request {entry.requestId}
            </Text>
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
