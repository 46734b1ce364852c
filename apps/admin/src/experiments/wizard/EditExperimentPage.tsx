import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api } from '../../api/api.ts';
import { experimentQuery } from '../../api/queries.ts';
import { queryClient } from '../../api/query-client.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loaded } from '../../parts/Loaded.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { forget } from './kept-values.ts';
import { patchOf, valuesOf } from './values-of-experiment.ts';
import type { WizardValues } from './wizard-values.ts';
import { Wizard } from './Wizard.tsx';

const route = '/signed-in/projects/$project/$environment/experiments/$experiment/edit';

/** The same four questions, with the answers that were given: before a start, and before the next one. */
export function EditExperimentPage() {
  const { experiment: key } = useParams({ from: route });
  const experiment = useQuery(experimentQuery(useScope(), key));
  return (
    <Loaded query={experiment}>
      {(loaded) =>
        loaded.state === 'draft' || loaded.state === 'stopped' ? <Edit experiment={loaded} /> : <Refused experiment={loaded} />
      }
    </Loaded>
  );
}

interface Props {
  readonly experiment: Schemas['Experiment'];
}

function Edit({ experiment }: Props) {
  const scope = useScope();
  const navigate = useNavigate();
  const { step } = useSearch({ from: route });
  const params = { ...scope, experiment: experiment.key };
  // Of another version something else may be right.
  const place = `experiment.${scope.project}/${scope.environment}/${experiment.key}@${experiment.version}`;
  const save = useMutation({
    mutationFn: (values: WizardValues) =>
      answered(
        api.PATCH('/v1/projects/{project}/environments/{environment}/experiments/{experiment}', {
          params: { path: params, header: { 'If-Match': `"${experiment.version}"` } },
          body: patchOf(values, experiment),
        }),
      ),
    meta: { showsItsProblem: true },
    onSuccess: async () => {
      forget(place, sessionStorage);
      await navigate({ to: '/projects/$project/$environment/experiments/$experiment', params });
      await Promise.all(
        ['experiments', 'experiment', 'checklist'].map((name) =>
          queryClient.invalidateQueries({ queryKey: [name, scope.project, scope.environment] }),
        ),
      );
    },
  });
  return (
    <Wizard
      title={`Change ${experiment.name}`}
      detail="Its key, its kind, its flag and its split stay as they are."
      from={valuesOf(experiment)}
      place={place}
      isFixed
      asked={step}
      onStep={(next) =>
        void navigate({
          to: '/projects/$project/$environment/experiments/$experiment/edit',
          params,
          search: next === 'hypothesis' ? {} : { step: next },
        })
      }
      save={save}
      saveLabel="Save"
      failure="The experiment was not changed"
    />
  );
}

function Refused({ experiment: { name } }: Props) {
  return (
    <>
      <PageHeader title={`Change ${name}`} />
      <EmptyState title="Its plan is frozen">
        While an experiment runs, nothing can change that decides the verdict. Stop it, or make another one.
      </EmptyState>
    </>
  );
}
