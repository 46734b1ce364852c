import { Code, Drawer, Stack, Table, Text } from '@mantine/core';
import { QuarantineLink } from '../parts/links.tsx';
import type { LiveItem } from './live-stream.ts';

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'long' });

/** All that is known of one item. */
export function ItemDrawer({ item, onClose }: { readonly item: LiveItem | undefined; readonly onClose: () => void }) {
  return (
    <Drawer
      opened={item !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={item && `${item.type === '' ? 'item' : item.type} ${item.key}`}
    >
      {item !== undefined && <Details item={item} />}
    </Drawer>
  );
}

function Details({ item }: { readonly item: LiveItem }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Id', item.id],
    ['Outcome', item.outcome === 'quarantined' ? 'kept aside' : item.outcome],
    ['Code', item.code],
    ['Why', item.message],
    // When a refused item happened is not kept: it may be what was wrong with it.
    ['Happened', item.outcome === 'rejected' ? '' : exact.format(new Date(item.happenedAt))],
    ['Arrived', exact.format(new Date(item.acceptedAt))],
    ['SDK', `${item.sdk} ${item.sdkVersion}`.trim()],
    ['Variant', item.variant],
    ['Rule', item.rule],
    ...Object.entries(item.units).map(([kind, unit]) => [`Unit: ${kind}`, unit] as const),
    ...Object.entries(item.attributes).map(([name, value]) => [`Attribute: ${name}`, value] as const),
  ];
  return (
    <Stack>
      <Table aria-label="Facts">
        <Table.Tbody>
          {facts
            .filter(([, value]) => value !== '')
            .map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{name}</Table.Th>
                <Table.Td style={{ wordBreak: 'break-word' }}>{value}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
      {item.outcome === 'quarantined' && (
        <Text size="sm">
          Nobody has defined this event. <QuarantineLink event={item.key}>What is kept aside of it</QuarantineLink>
        </Text>
      )}
      {item.properties !== '' && (
        <>
          <Text fw={600}>Properties</Text>
          <Code block tabIndex={0} aria-label="Properties">
            {indented(item.properties)}
          </Code>
        </>
      )}
    </Stack>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
