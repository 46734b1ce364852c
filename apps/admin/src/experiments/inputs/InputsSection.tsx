import { Accordion, Code, Group, List, Text } from '@mantine/core';
import { CopyIcon } from '../../parts/CopyText.tsx';
import { Section } from '../../parts/Section.tsx';
import { countText, shareText } from '../../parts/numbers.ts';
import type { ExperimentResults } from '../results.ts';

const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const timeText = (at: string | null): string => (at === null ? 'none yet' : `${exact.format(new Date(at))} UTC`);

const derivations = {
  full: 'from all items',
  incremental: 'from what was new since the last time',
  checked: 'from what was new, and a computation from all items agreed',
  recounted: 'from what was new, and a computation from all items agreed; exposures were counted anew',
  repaired: 'from all items, since what was kept differed from them',
  differs: 'from all items, since what is kept differs from them even when it is made anew',
  unchecked: 'from what is kept of each unit; the last comparison with all items could not be finished',
} as const satisfies Record<ExperimentResults['inputs']['derivation'], string>;

interface Props {
  readonly results: ExperimentResults;
  readonly actions?: React.ReactNode;
}

/** What the figures were made from, so that anybody can make them again. */
export function InputsSection({ results, actions }: Props) {
  const { inputs, from, to, engineVersion, prior } = results;
  return (
    <Section title="Where the figures come from" actions={actions}>
      <List size="sm" spacing={4}>
        <List.Item>
          Exposures from {timeText(from)} to {timeText(to)}; last exposure {timeText(inputs.lastExposureAt)}, last event{' '}
          {timeText(inputs.lastEventAt)}.
        </List.Item>
        <List.Item>Items that were accepted until then are all in, as far as is known: {timeText(inputs.watermark)}.</List.Item>
        <List.Item>
          Computed {derivations[inputs.derivation]}, by engine version {engineVersion}
          {inputs.rowsRead !== null && `; ${countText(inputs.rowsRead)} rows were read`}.
        </List.Item>
        <List.Item>
          What true effects are like here: most are within ±{shareText(prior.deviation)}
          {prior.experiments === 0
            ? ', which is the general experience, since none has finished here.'
            : `, learnt from ${countText(prior.experiments)} finished experiments.`}{' '}
          Best guesses are drawn towards zero by it.
        </List.Item>
      </List>
      <Accordion variant="contained" order={3} mt="sm">
        <Accordion.Item value="sql">
          <Accordion.Control>SQL</Accordion.Control>
          <Accordion.Panel>
            <Group justify="space-between" mb="xs">
              <Text size="sm">The statement that gave each arm’s figures; it runs as it is with ClickHouse’s client.</Text>
              <CopyIcon text={inputs.sql} what="the SQL" />
            </Group>
            <Code block tabIndex={0} aria-label="SQL">
              {inputs.sql}
            </Code>
            <Text size="sm" mt="sm" mb={4}>
              Its parameters
            </Text>
            <Code block tabIndex={0} aria-label="Parameters">
              {JSON.stringify(inputs.parameters, undefined, 2)}
            </Code>
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Section>
  );
}
