import { Stack } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ExperimentNavigation } from '../parts/ExperimentNavigation.tsx';
import { ListPage } from '../parts/ListPage.tsx';
import { useScope } from '../shell/use-scope.ts';
import { layersQuery } from './layer-queries.ts';
import { LayerSection } from './LayerSection.tsx';
import { NewLayerDialog } from './NewLayerDialog.tsx';

export function LayerListPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/layers' });
  const navigate = useNavigate();
  return (
    <ListPage
      title="Layers"
      noun="layer"
      detail="Experiments in the same layer never share a unit: each has a part of it for itself."
      navigation={<ExperimentNavigation current="layers" />}
      query={useInfiniteQuery({ ...layersQuery(scope, search), placeholderData: keepPreviousData })}
      searched={search.q}
      onSearch={(q) =>
        void navigate({ to: '/projects/$project/$environment/layers', params: scope, search: { q }, replace: true })
      }
      purpose="Experiments are independent of each other by default. Where two must not meet, such as two prices, give each a share of a layer."
      mayCreate="experiment.write"
      dialog={(opened, close) => <NewLayerDialog opened={opened} onClose={close} />}
    >
      {(layers) => (
        <Stack>
          {layers.map((layer) => (
            <LayerSection key={layer.id} layer={layer} />
          ))}
        </Stack>
      )}
    </ListPage>
  );
}
