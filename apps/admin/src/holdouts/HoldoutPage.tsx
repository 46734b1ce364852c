import { Button, Code, Group, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { percentText } from '../layers/percent-text.ts';
import { ExperimentNavigation } from '../parts/ExperimentNavigation.tsx';
import { FlagLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { EditHoldoutDialog } from './EditHoldoutDialog.tsx';
import { HoldoutBadge } from './HoldoutBadge.tsx';
import { holdoutQuery } from './holdout-queries.ts';
import { HoldoutResults } from './HoldoutResults.tsx';
import { HoldoutStateButton } from './HoldoutStateButton.tsx';

export function HoldoutPage() {
  const scope = useScope();
  const { holdout: key } = useParams({ from: '/signed-in/projects/$project/$environment/holdouts/$holdout' });
  const holdout = useQuery(holdoutQuery(scope, key));
  return <Loaded query={holdout}>{(loaded) => <HoldoutView holdout={loaded} />}</Loaded>;
}

interface Props {
  readonly holdout: Schemas['Holdout'];
}

function HoldoutView({ holdout }: Props) {
  const [editing, { open, close }] = useDisclosure();
  const mayWrite = useCan()('experiment.write');
  return (
    <>
      <PageHeader
        title={holdout.name}
        detail={
          <Group gap="xs">
            <Code>{holdout.key}</Code>
            <HoldoutBadge state={holdout.state} />
            <span>{holdout.description}</span>
          </Group>
        }
        actions={
          mayWrite && (
            <Group gap="xs">
              <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
                Change
              </Button>
              <HoldoutStateButton holdout={holdout} />
            </Group>
          )
        }
      />
      <ExperimentNavigation current="holdouts" />
      <Stack>
        <Section title="What it is">
          <Facts holdout={holdout} />
        </Section>
        {holdout.state === 'running' && <Coverage holdout={holdout} />}
        {holdout.state !== 'draft' && <HoldoutResults holdout={holdout} />}
      </Stack>
      <EditHoldoutDialog holdout={holdout} opened={editing} onClose={close} />
    </>
  );
}

function Facts({ holdout }: Props) {
  const { shareMilliPercent, unitKind, startedAt, endsAt, endedAt, exceptFlagKeys, metricKeys } = holdout;
  const rows: readonly (readonly [string, ReactNode])[] = [
    ['Share', `${percentText(shareMilliPercent)} of units of the kind ${unitKind}`],
    ['Started', <When key="started" at={startedAt} />],
    endedAt === undefined
      ? ['Ends', endsAt === undefined ? 'by hand' : <When key="ends" at={endsAt} />]
      : ['Ended', <When key="ended" at={endedAt} />],
    ['Measured by', metricKeys.length === 0 ? 'nothing yet' : metricKeys.join(', ')],
    ['Leaves alone', exceptFlagKeys.length === 0 ? 'no flag' : exceptFlagKeys.join(', ')],
  ];
  return (
    <Table withRowBorders={false} aria-label="Facts">
      <Table.Tbody>
        {rows.map(([label, value]) => (
          <Table.Tr key={label}>
            <Table.Th w={160} scope="row">
              {label}
            </Table.Th>
            <Table.Td>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Coverage({ holdout: { coveredFlagKeys } }: Props) {
  return (
    <Section title="What it covers">
      {coveredFlagKeys.length === 0 ? (
        <Text c="dimmed">Nothing yet: it covers experiments that start while it runs, and what they ship.</Text>
      ) : (
        <Group gap="md">
          {coveredFlagKeys.map((flag) => (
            <FlagLink key={flag} flag={flag} />
          ))}
        </Group>
      )}
    </Section>
  );
}
