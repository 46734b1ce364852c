import { Button, Code, Group, List, Text, ThemeIcon } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconNumber1, IconNumber2, IconNumber3 } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { flagsQuery, sdkKeysQuery } from '../api/queries.ts';
import { NewFlagDialog } from '../flags/NewFlagDialog.tsx';
import { CopyIcon } from '../parts/CopyText.tsx';
import { Section } from '../parts/Section.tsx';
import { useCan } from '../session/use-can.ts';
import { NewSdkKeyDialog } from '../settings/NewSdkKeyDialog.tsx';
import { useScope } from '../shell/use-scope.ts';
import { sdkSnippet } from './sdk-snippet.ts';

/** From nothing to the first evaluation: a flag, a key, and the lines that ask. */
export function FirstSteps() {
  const scope = useScope();
  const can = useCan();
  const [creatingFlag, flagDialog] = useDisclosure();
  const [creatingKey, keyDialog] = useDisclosure();
  const flags = useInfiniteQuery(flagsQuery(scope.project, { sort: '-updated_at' }));
  const keys = useQuery({ ...sdkKeysQuery(scope), enabled: can('key.read') });
  const flag = flags.data?.pages[0]?.items.find(({ type }) => type === 'boolean') ?? flags.data?.pages[0]?.items[0];
  const key = keys.data?.find(({ kind, revokedAt }) => kind === 'server' && revokedAt === undefined);
  const snippet = sdkSnippet(flag, window.location.origin);
  return (
    <Section title="Ask for a flag from your program">
      <List
        spacing="md"
        size="sm"
        listStyleType="none"
        styles={{ itemWrapper: { width: '100%', alignItems: 'flex-start' }, itemLabel: { flex: 1, minWidth: 0 } }}
      >
        <List.Item icon={<Step isDone={flag !== undefined} icon={IconNumber1} />}>
          {flag === undefined ? 'Create a flag.' : `There is a flag: ${flag.key}.`}{' '}
          {flag === undefined && can('flag.write') && (
            <Button size="compact-sm" onClick={flagDialog.open}>
              New flag
            </Button>
          )}
        </List.Item>
        <List.Item icon={<Step isDone={key !== undefined} icon={IconNumber2} />}>
          {key === undefined
            ? 'A program shows a key of its environment. Its secret is shown once.'
            : `There is a server key: ${key.name}, ${key.hint}`}{' '}
          {can('key.write') && (
            <Button size="compact-sm" variant={key === undefined ? 'filled' : 'default'} onClick={keyDialog.open}>
              New server key
            </Button>
          )}
        </List.Item>
        <List.Item icon={<Step isDone={false} icon={IconNumber3} />}>
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">
              Run this with the secret in <Code>STITCHD_SDK_KEY</Code>.
            </Text>
            <CopyIcon text={snippet} what="the lines" />
          </Group>
          <Code block mt="xs" tabIndex={0} aria-label="Lines that ask for a flag">
            {snippet}
          </Code>
        </List.Item>
      </List>
      <NewFlagDialog opened={creatingFlag} onClose={flagDialog.close} />
      <NewSdkKeyDialog opened={creatingKey} onClose={keyDialog.close} />
    </Section>
  );
}

function Step({ isDone, icon: Icon }: { readonly isDone: boolean; readonly icon: typeof IconCheck }) {
  return (
    <ThemeIcon
      variant="light"
      size="md"
      radius="xl"
      color={isDone ? 'teal' : 'gray'}
      aria-label={isDone ? 'Done' : 'To do'}
      role="img"
    >
      {isDone ? <IconCheck size={16} aria-hidden /> : <Icon size={16} aria-hidden />}
    </ThemeIcon>
  );
}
