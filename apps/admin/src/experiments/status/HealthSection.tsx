import { Accordion, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconHourglass, IconX } from '@tabler/icons-react';
import { Section } from '../../parts/Section.tsx';
import { pValueText, valueText } from '../../parts/numbers.ts';
import type { HealthCheck } from '../results.ts';
import { healthSummary } from './health-summary.ts';
import { StatusMark } from '../StatusMark.tsx';

const looks = {
  ok: { colour: 'teal', icon: IconCheck, word: 'Good' },
  warning: { colour: 'yellow', icon: IconAlertTriangle, word: 'Look at this' },
  broken: { colour: 'red', icon: IconX, word: 'Broken' },
  waiting: { colour: 'gray', icon: IconHourglass, word: 'Nothing to say' },
} as const satisfies Record<HealthCheck['status'], unknown>;

/** Every check of the data, the good ones too: what is not shown can't be trusted to have been looked at. */
export function HealthSection({ checks }: { readonly checks: readonly HealthCheck[] }) {
  const loud = checks.filter(({ status }) => status === 'broken' || status === 'warning');
  const quiet = checks.filter((check) => !loud.includes(check));
  return (
    <Section title="Health" actions={<Text size="sm">{healthSummary(checks)}</Text>}>
      <Stack gap="sm">
        {loud.map((check) => (
          <Check key={check.check} check={check} />
        ))}
        {quiet.length > 0 && (
          <Accordion variant="contained" order={3}>
            <Accordion.Item value="quiet">
              <Accordion.Control>
                <Text size="sm" pe="sm">
                  {quiet.map(({ title }) => title).join(' · ')}
                </Text>
              </Accordion.Control>
              <Accordion.Panel>
                <Stack gap="sm">
                  {quiet.map((check) => (
                    <Check key={check.check} check={check} />
                  ))}
                </Stack>
              </Accordion.Panel>
            </Accordion.Item>
          </Accordion>
        )}
      </Stack>
    </Section>
  );
}

/** What was looked at, what was found and why it matters, and what to do. */
function Check({ check }: { readonly check: HealthCheck }) {
  const figures = check.figures.map(figureText);
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <StatusMark {...looks[check.status]} />
      <div>
        <Text size="sm">
          <b>{check.title}.</b> {check.cause}
        </Text>
        {check.remedy !== null && (
          <Text size="sm">
            <b>What to do:</b> {check.remedy}
          </Text>
        )}
        {figures.length > 0 && (
          <Text size="xs" c="dimmed">
            {figures.join(' · ')}
          </Text>
        )}
      </div>
    </Group>
  );
}

/** A p-value that has become zero in the computer is none. */
function figureText({ label, value }: HealthCheck['figures'][number]): string {
  if (typeof value !== 'number') return `${label}: ${value}`;
  return `${label}: ${label.includes('p-value') ? pValueText(value) : valueText(value)}`;
}
