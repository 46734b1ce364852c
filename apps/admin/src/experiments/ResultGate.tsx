import { answered } from '@stitchd/rest-client';
import type { ReactNode } from 'react';
import { api } from '../api/api.ts';
import { useScope } from '../shell/use-scope.ts';
import { BrokenGate } from './BrokenGate.tsx';
import { isBroken, type ExperimentResults } from './results.ts';

interface Props {
  readonly results: ExperimentResults;
  readonly isShown: boolean;
  readonly onShow: () => void;
  readonly children: ReactNode;
}

/** Figures of an experiment, held back where its data is broken. */
export function ResultGate({ results, isShown, onShow, children }: Props) {
  const scope = useScope();
  const { experimentKey: experiment, computedAt } = results;
  if (!isBroken(results)) return children;
  return (
    <BrokenGate
      isShown={isShown}
      onShow={onShow}
      name={[scope.project, scope.environment, experiment, computedAt]}
      record={() =>
        answered(
          api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/show-anyway', {
            params: { path: { ...scope, experiment } },
          }),
        )
      }
    >
      {children}
    </BrokenGate>
  );
}
