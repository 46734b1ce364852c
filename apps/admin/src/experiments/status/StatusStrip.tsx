import { Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import type { ReactNode } from 'react';
import { When } from '../../parts/When.tsx';
import { shareText } from '../../parts/numbers.ts';
import { daysLeftText } from '../result-words.ts';
import { isBroken, type ExperimentResults } from '../results.ts';
import { dataSentence } from './data-sentence.ts';
import { decisionColour } from './decision-look.ts';
import { earlierText, type EarlierIteration } from './earlier-text.ts';
import { statusSentence } from './status-sentence.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly results: ExperimentResults | undefined;
  readonly iterations: readonly EarlierIteration[];
}

/** Where the experiment stands and what to do, in words: what one reads where one reads nothing else. */
export function StatusStrip({ experiment, results, iterations }: Props) {
  const earlier = earlierText(experiment.iterationNumber, iterations);
  const units = results?.arms.reduce((sum, arm) => sum + arm.units, 0);
  const status = statusSentence(experiment, units, Date.now());
  if (results === undefined)
    return (
      <Frame colour="gray">
        <Text fw={600}>{status}</Text>
        {experiment.iterationNumber > 0 && (
          <Text size="sm">
            There are no results {experiment.iterationNumber > 1 && `of iteration ${experiment.iterationNumber} `}yet. They are
            computed by themselves within the hour, or at once by Recompute.
          </Text>
        )}
        {earlier !== '' && <Text size="sm">{earlier}</Text>}
      </Frame>
    );
  const { decision } = results;
  return (
    <Frame colour={decisionColour(decision.code)}>
      <Title order={2} size="h3">
        {decision.headline}
      </Title>
      {decision.detail.map((sentence) => (
        <Text key={sentence}>{sentence}</Text>
      ))}
      <Text fw={600}>{decision.advice}</Text>
      {decision.isBestUnclear && <Text size="sm">Several arms pass, and which of them is best isn’t known.</Text>}
      <ArmDecisions results={results} />
      {!isBroken(results) && <PlanProgress results={results} goesOn={experiment.state !== 'stopped'} />}
      <Text size="sm">
        {status} {earlier}
      </Text>
      <Text size="sm" c="dimmed">
        {dataSentence(results)} Computed <When at={results.computedAt} />. {decision.promise}
      </Text>
    </Frame>
  );
}

function Frame({ colour, children }: { readonly colour: string; readonly children: ReactNode }) {
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label="Status"
      style={{ borderInlineStart: `6px solid var(--mantine-color-${colour}-filled)` }}
    >
      <Stack gap={6}>{children}</Stack>
    </Paper>
  );
}

/** The other arms have their own verdicts; the one of the headline is said already. */
function ArmDecisions({ results: { decision } }: { readonly results: ExperimentResults }) {
  const others = decision.arms.filter(({ variant }) => variant !== decision.variant);
  return others.map(({ variant, headline, detail }) => (
    <Text size="sm" key={variant}>
      <b>{variant}:</b> {headline}. {detail.join(' ')}
    </Text>
  ));
}

interface PlanProgressProps {
  readonly results: ExperimentResults;
  /** Whether units may still come: days are left only then. */
  readonly goesOn: boolean;
}

function PlanProgress({ results: { sequential, plan }, goesOn }: PlanProgressProps) {
  if (sequential.share === null) return null;
  const words = `${shareText(Math.floor(sequential.share * 100) / 100)} of the plan has matured`;
  const rest = [
    ...(plan.daysLeft === null || sequential.isClosed || !goesOn ? [] : [daysLeftText(plan.daysLeft)]),
    ...(plan.currentMinimumEffect === null
      ? []
      : [`effects from ${shareText(plan.currentMinimumEffect)} on ${goesOn ? 'can be seen by now' : 'could have been called'}`]),
  ];
  return (
    <Group gap="sm" wrap="nowrap" align="center">
      <Progress value={sequential.share * 100} w={200} aria-label={words} />
      <Text size="sm">{[words, ...rest].join(', ')}.</Text>
    </Group>
  );
}
