import { Analysis, Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { implement } from '@stitchd/service-kit';
import type { ExperimentationContext } from './context.ts';
import { adoptMetricVersions } from './routes/adopt-metric-versions.ts';
import { archiveExperiment, unarchiveExperiment } from './routes/archive-experiment.ts';
import { changeWeights, raiseEnrolment } from './routes/change-split.ts';
import { createExperiment } from './routes/create-experiment.ts';
import { getAnalysisPlan } from './routes/get-analysis-plan.ts';
import { getChecklist } from './routes/get-checklist.ts';
import { getExperiment } from './routes/get-experiment.ts';
import { listExperiments } from './routes/list-experiments.ts';
import { listIterations } from './routes/list-iterations.ts';
import { listRunning } from './routes/list-running.ts';
import { pauseExperiment, resumeExperiment } from './routes/pause-experiment.ts';
import { previewStop } from './routes/preview-stop.ts';
import { recordDecision } from './routes/record-decision.ts';
import { reportHarm } from './routes/report-harm.ts';
import { restartExperiment, startExperiment } from './routes/start-experiment.ts';
import { stopExperiment } from './routes/stop-experiment.ts';
import { updateExperiment } from './routes/update-experiment.ts';

export function implementExperiments(ctx: ExperimentationContext) {
  return implement(Experiments, {
    createExperiment: (request) => createExperiment(ctx, request),
    getExperiment: (request) => getExperiment(ctx, request),
    listExperiments: (request) => listExperiments(ctx, request),
    updateExperiment: (request) => updateExperiment(ctx, request),
    startExperiment: (request) => startExperiment(ctx, request),
    stopExperiment: (request) => stopExperiment(ctx, request),
    pauseExperiment: (request) => pauseExperiment(ctx, request),
    resumeExperiment: (request) => resumeExperiment(ctx, request),
    restartExperiment: (request) => restartExperiment(ctx, request),
    archiveExperiment: (request) => archiveExperiment(ctx, request),
    unarchiveExperiment: (request) => unarchiveExperiment(ctx, request),
    raiseEnrolment: (request) => raiseEnrolment(ctx, request),
    changeWeights: (request) => changeWeights(ctx, request),
    getChecklist: (request) => getChecklist(ctx, request),
    previewStop: (request) => previewStop(ctx, request),
    listIterations: (request) => listIterations(ctx, request),
    adoptMetricVersions: (request) => adoptMetricVersions(ctx, request),
  });
}

export function implementAnalysis(ctx: ExperimentationContext) {
  return implement(Analysis, {
    getAnalysisPlan: (request) => getAnalysisPlan(ctx, request),
    listRunning: (request) => listRunning(ctx, request),
    recordDecision: (request) => recordDecision(ctx, request),
    reportHarm: (request) => reportHarm(ctx, request),
  });
}
