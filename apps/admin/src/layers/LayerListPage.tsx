import { Button, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { EmptyState } from '../parts/EmptyState.tsx';
import { ExperimentNavigation } from '../parts/ExperimentNavigation.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { layersQuery } from './layer-queries.ts';
import { LayerSection } from './LayerSection.tsx';
import { NewLayerDialog } from './NewLayerDialog.tsx';

export function LayerListPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/layers' });
  const navigate = useNavigate();
  const [creating, { open, close }] = useDisclosure();
  const mayWrite = useCan()('experiment.write');
  const layers = useInfiniteQuery({ ...layersQuery(scope, search), placeholderData: keepPreviousData });
  return (
    <>
      <PageHeader
        title="Layers"
        detail="Experiments in the same layer never share a unit: each has a part of it for itself."
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
              New layer
            </Button>
          )
        }
      />
      <ExperimentNavigation current="layers" />
      <Group mb="md">
        <SearchField
          label="Search layers"
          placeholder="Search by key or name"
          value={search.q}
          onChange={(q) =>
            void navigate({ to: '/projects/$project/$environment/layers', params: scope, search: { q }, replace: true })
          }
        />
      </Group>
      <Loaded query={layers}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <NoLayers q={search.q} create={mayWrite ? open : undefined} />
          ) : (
            <Stack>
              {pages
                .flatMap(({ items }) => items)
                .map((layer) => (
                  <LayerSection key={layer.id} layer={layer} />
                ))}
            </Stack>
          )
        }
      </Loaded>
      <ShowMore query={layers} />
      <NewLayerDialog opened={creating} onClose={close} />
    </>
  );
}

function NoLayers({ q, create }: { readonly q: string | undefined; readonly create: (() => void) | undefined }) {
  if (q !== undefined && q !== '') return <EmptyState title="Nothing matches">No layer has “{q}” in its key or name.</EmptyState>;
  return (
    <EmptyState title="No layers here yet" action={create && <Button onClick={create}>Create the first layer</Button>}>
      Experiments are independent of each other by default. Where two must not meet, such as two prices, give each a share of a
      layer.
    </EmptyState>
  );
}
