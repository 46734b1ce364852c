import { Badge, Card, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { configurationQuery } from '../api/queries.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { NeverSeen } from '../contexts/NeverSeen.tsx';
import { useScope } from '../shell/use-scope.ts';
import { conditionSentence, serveSentence } from './sentences.ts';
import { ShareBar } from './ShareBar.tsx';

interface Props {
  readonly flag: Schemas['Flag'];
  readonly environmentName: string;
}

/** Who gets what, in the order in which it is decided. */
export function Targeting({ flag, environmentName }: Props) {
  const configuration = useQuery(configurationQuery(useScope(), flag.key));
  return (
    <Loaded query={configuration}>
      {(loaded) => <Decisions flag={flag} environmentName={environmentName} configuration={loaded} />}
    </Loaded>
  );
}

function Decisions({ flag, environmentName, configuration }: Props & { readonly configuration: Schemas['Configuration'] }) {
  const { document, enabled } = configuration;
  const off = document.offVariant === null ? 'the default in your code' : document.offVariant;
  return (
    <Stack maw={820}>
      {!enabled && (
        <Card withBorder>
          <Text>
            Off in {environmentName}: everyone gets <b>{off}</b>. What follows applies once it is on.
          </Text>
        </Card>
      )}
      {(document.prerequisites ?? []).map(({ flag: needed, variants }) => (
        <Card withBorder key={needed}>
          <Text>
            Needs flag <b>{needed}</b> to be {variants.join(' or ')}; else everyone gets <b>{off}</b>.
          </Text>
        </Card>
      ))}
      {(document.targets ?? []).map(({ contextKind, variant, keys }) => (
        <Card withBorder key={`${contextKind} ${variant}`}>
          <Text>
            {keys.length} {contextKind} {keys.length === 1 ? 'key' : 'keys'} always get <b>{variant}</b>.
          </Text>
        </Card>
      ))}
      {(document.rules ?? []).map((rule, index) => (
        <Card withBorder key={rule.id ?? index} component="section" aria-label={`Rule ${index + 1}`}>
          <Group mb={6}>
            <Badge circle variant="default">
              {index + 1}
            </Badge>
            {rule.name !== undefined && <Text fw={600}>{rule.name}</Text>}
          </Group>
          <Text mb="xs">
            If {conditionSentence(rule.when)}, serve <b>{serveSentence(rule.serve)}</b>
          </Text>
          <NeverSeen condition={rule.when} />
          <ShareBar serve={rule.serve} flag={flag} />
          <ExperimentNote serve={rule.serve} />
        </Card>
      ))}
      <Card withBorder component="section" aria-label="Everyone else">
        <Text mb="xs">
          {(document.rules ?? []).length === 0 ? 'Everyone gets' : 'Everyone else gets'}{' '}
          <b>{serveSentence(document.defaultServe)}</b>
        </Text>
        <ShareBar serve={document.defaultServe} flag={flag} />
        <ExperimentNote serve={document.defaultServe} />
      </Card>
    </Stack>
  );
}

function ExperimentNote({ serve }: { readonly serve: Schemas['Serve'] }) {
  if (!('split' in serve) || serve.split.iterationId === undefined) return null;
  return (
    <Text size="sm" mt="xs">
      An experiment runs on this split: whoever changes the shares now changes what its results mean.
    </Text>
  );
}
