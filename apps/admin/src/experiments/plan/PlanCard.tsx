import { Badge, Code, Group, Stack, Table, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { CopyIcon } from '../../parts/CopyText.tsx';
import { FlagLink, MetricLink } from '../../parts/links.tsx';
import { Section } from '../../parts/Section.tsx';
import { shareText } from '../../parts/numbers.ts';
import { changedWords } from './changed-words.ts';
import { planFacts } from './plan-facts.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
}

/** What was decided before anybody looked, and what was changed since. */
export function PlanCard({ experiment }: Props) {
  const { flagKey, ruleId, hypothesis, assignment, changedAfterStart } = experiment;
  const split =
    assignment === 'recorded' ? 'the variant of each exposure' : ruleId === '' ? 'its default split' : `rule ${ruleId}`;
  return (
    <Section title="Plan" actions={<Hash experiment={experiment} />}>
      {changedAfterStart.length > 0 && (
        <Group gap="xs" mb="sm">
          {changedAfterStart.map((name) => (
            <Badge key={name} color="yellow">
              changed after start: {changedWords(name)}
            </Badge>
          ))}
        </Group>
      )}
      <Table variant="vertical" layout="fixed" aria-label="Plan">
        <Table.Tbody>
          <Fact name="Hypothesis">{hypothesis || '–'}</Fact>
          <Fact name="Flag">
            <FlagLink flag={flagKey} />, {split}
          </Fact>
          <Fact name="Metrics">
            <Metrics experiment={experiment} />
          </Fact>
          {planFacts(experiment).map(([name, fact]) => (
            <Fact key={name} name={name}>
              {fact}
            </Fact>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={220}>{name}</Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

function Metrics({ experiment: { metrics, metricVersions } }: Props) {
  return (
    <Stack gap={2}>
      {metrics.map(({ key, role, margin }) => {
        const version = metricVersions.find((one) => one.key === key)?.version;
        return (
          <Text size="sm" key={key}>
            <MetricLink metric={key} />, {role}
            {margin !== undefined && `: at most ${shareText(margin)} worse`}
            {version !== undefined && `, version ${version}`}
          </Text>
        );
      })}
    </Stack>
  );
}

/** Who kept the start's hash can prove that nothing was changed since. */
function Hash({ experiment: { snapshotHash } }: Props) {
  if (snapshotHash === '') return null;
  return (
    <Group gap={4}>
      <Text size="xs" c="dimmed">
        frozen at the start
      </Text>
      <Code>{snapshotHash.slice(0, 12)}</Code>
      <CopyIcon text={snapshotHash} what="the hash of the frozen plan" />
    </Group>
  );
}
