import { Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { environmentsQuery, flagsQuery } from '../api/queries.ts';
import { FlagLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useScope } from '../shell/use-scope.ts';

const most = 5;

/** The flags that somebody touched last, and where they are on. */
export function ChangedFlags() {
  const { project } = useScope();
  const flags = useInfiniteQuery(flagsQuery(project, { sort: '-updated_at' }));
  const environments = useQuery(environmentsQuery(project));
  return (
    <Section title="Recently changed flags">
      <Loaded query={flags}>
        {({ pages: [page] }) =>
          page === undefined || page.items.length === 0 ? (
            <Text size="sm">There are no flags yet. Create the first one under Flags.</Text>
          ) : (
            <Stack gap="sm">
              {page.items.slice(0, most).map((flag) => (
                <Group key={flag.id} justify="space-between" wrap="nowrap" align="flex-start">
                  <div>
                    <FlagLink flag={flag.key}>{flag.name}</FlagLink>
                    <Text size="sm">{whereItIsOn(flag, environments.data ?? [])}</Text>
                  </div>
                  <Text span size="sm" style={{ whiteSpace: 'nowrap' }}>
                    <When at={flag.updatedAt ?? flag.createdAt} />
                  </Text>
                </Group>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Section>
  );
}

function whereItIsOn(flag: Schemas['Flag'], environments: readonly Schemas['Environment'][]): string {
  const on = environments.filter(({ id }) =>
    flag.environments.some(({ environmentId, enabled }) => environmentId === id && enabled),
  );
  return on.length === 0 ? 'off everywhere' : `on in ${on.map(({ name }) => name).join(', ')}`;
}
