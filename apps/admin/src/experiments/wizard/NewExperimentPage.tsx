import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../../api/api.ts';
import { queryClient } from '../../api/query-client.ts';
import { useScope } from '../../shell/use-scope.ts';
import { forget } from './kept-values.ts';
import { draftOf, newWizardValues, type WizardValues } from './wizard-values.ts';
import { Wizard } from './Wizard.tsx';

/** Four questions before an experiment is drafted. */
export function NewExperimentPage() {
  const scope = useScope();
  const navigate = useNavigate();
  const { step } = useSearch({ from: '/signed-in/projects/$project/$environment/new-experiment' });
  const place = `new-experiment.${scope.project}/${scope.environment}`;
  const create = useMutation({
    mutationFn: (values: WizardValues) =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/experiments', {
          params: { path: scope },
          body: draftOf(values),
        }),
      ),
    meta: { showsItsProblem: true },
    onSuccess: async ({ key }) => {
      forget(place, sessionStorage);
      await queryClient.invalidateQueries({ queryKey: ['experiments', scope.project, scope.environment] });
      await navigate({ to: '/projects/$project/$environment/experiments/$experiment', params: { ...scope, experiment: key } });
    },
  });
  return (
    <Wizard
      title="New experiment"
      detail="Nothing changes for anybody before you start it."
      from={newWizardValues}
      place={place}
      isFixed={false}
      asked={step}
      onStep={(next) =>
        void navigate({
          to: '/projects/$project/$environment/new-experiment',
          params: scope,
          search: next === 'hypothesis' ? {} : { step: next },
        })
      }
      save={create}
      saveLabel="Create draft"
      failure="The experiment was not created"
    />
  );
}
