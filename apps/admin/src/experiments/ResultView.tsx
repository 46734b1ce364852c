import { useNavigate, useSearch } from '@tanstack/react-router';
import { Section } from '../parts/Section.tsx';
import { useScope } from '../shell/use-scope.ts';
import { ExposureSection } from './exposures/ExposureSection.tsx';
import { InputsSection } from './inputs/InputsSection.tsx';
import { ResultDownloads } from './inputs/ResultDownloads.tsx';
import { ResultGate } from './ResultGate.tsx';
import type { ExperimentResults } from './results.ts';
import { Scorecard } from './scorecard/Scorecard.tsx';
import { HealthSection } from './status/HealthSection.tsx';

/** Health first, then who takes part, then the figures: those of broken data only on request. */
export function ResultView({ results }: { readonly results: ExperimentResults }) {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/experiments/$experiment' });
  const navigate = useNavigate();
  const setSearch = (next: typeof search): void =>
    void navigate({
      to: '/projects/$project/$environment/experiments/$experiment',
      params: { ...scope, experiment: results.experimentKey },
      search: next,
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      <HealthSection checks={results.health} />
      <ExposureSection
        results={results}
        isByDay={search.exposures === 'daily'}
        onByDay={(isByDay) => setSearch({ ...search, exposures: isByDay ? 'daily' : undefined })}
      />
      <ResultGate results={results} isShown={search.lifts === 'anyway'} onShow={() => setSearch({ ...search, lifts: 'anyway' })}>
        <Section title="Scorecard">
          <Scorecard results={results} />
        </Section>
      </ResultGate>
      <InputsSection results={results} actions={<ResultDownloads experiment={results.experimentKey} />} />
    </>
  );
}
