import { Group, List, Paper, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import { healthChecks, type HealthCheck } from './health-checks.ts';
import type { ExperimentResults } from './results.ts';

const looks = {
  good: { colour: 'teal', icon: IconCheck, word: 'Good' },
  notice: { colour: 'yellow', icon: IconAlertTriangle, word: 'Look at this' },
  bad: { colour: 'red', icon: IconX, word: 'Not good' },
} as const satisfies Record<HealthCheck['state'], unknown>;

/** Every check of the data, with what was found. */
export function HealthRow({ results }: { readonly results: ExperimentResults }) {
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="health">
      <Title order={2} size="h4" id="health" mb="sm">
        Health
      </Title>
      <List spacing="xs" center={false} listStyleType="none" styles={{ itemWrapper: { width: '100%' } }}>
        {healthChecks(results).map((check) => (
          <List.Item key={check.name}>
            <Check check={check} />
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}

function Check({ check }: { readonly check: HealthCheck }) {
  const { colour, icon: Icon, word } = looks[check.state];
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon color={colour} variant="light" size="sm" radius="xl" aria-label={word} role="img">
        <Icon size={14} aria-hidden />
      </ThemeIcon>
      <Text size="sm">
        <b>{check.name}.</b> {check.finding}
      </Text>
    </Group>
  );
}
