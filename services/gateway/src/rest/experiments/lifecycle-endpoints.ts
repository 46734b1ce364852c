import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { serveInput } from './experiment-input.ts';
import { experiment } from './experiment-schemas.ts';
import { changeWeights, checklist, iterationList, raiseEnrolment, restart, stop, stopPreview } from './lifecycle-schemas.ts';
import { powerItem, withForecast } from './power-item.ts';

const tag = 'Experiments';

/** What moves an experiment through its life. */
export const lifecycleEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/checklist',
    operationId: 'getStartChecklist',
    tag,
    summary: 'Look through the checklist of a start',
    description:
      'What speaks for and against a start now; what blocks it is refused at the start. Where metrics have a past, the item of power says ' +
      'how long the plan takes at the traffic of today.',
    access: 'people',
    status: 200,
    answer: checklist,
    async handle({ params }, context) {
      const { items, mayStart, powerQuestion } = await context.call(Experiments.method.getChecklist, { key: params.experiment });
      const forecast = powerQuestion && (await powerItem(powerQuestion, context));
      return { body: { items: items.map((item) => withForecast(item, forecast)), mayStart } };
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/start',
    operationId: 'startExperiment',
    tag,
    summary: 'Start an experiment',
    description: 'Takes an immutable snapshot, protects the split and counts exposures from then on. Assignment stays as it was.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE', 'SPLIT_PROTECTED', 'START_BLOCKED'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.startExperiment, { key: params.experiment, ifVersion })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/pause',
    operationId: 'pauseExperiment',
    tag,
    summary: 'Pause an experiment',
    description: 'Serving goes on unchanged; units that come for the first time stay out of the analysis for good.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.pauseExperiment, { key: params.experiment, ifVersion })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/resume',
    operationId: 'resumeExperiment',
    tag,
    summary: 'Resume an experiment',
    description: 'Begins a new period.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.resumeExperiment, { key: params.experiment, ifVersion })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/stop-preview',
    operationId: 'previewStop',
    tag,
    summary: 'See what each unit would see after a stop',
    description: 'For each choice, the share of units whose variant changes.',
    access: 'people',
    status: 200,
    answer: stopPreview,
    problems: ['INVALID_STATE'],
    handle: async ({ params }, { ask }) => ({ body: await ask(Experiments.method.previewStop, { key: params.experiment }) }),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/stop',
    operationId: 'stopExperiment',
    tag,
    summary: 'Stop an experiment',
    description: 'Ends the iteration and serves what was chosen. Late data counts until `graceUntil`.',
    access: 'people',
    body: stop,
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.stopExperiment, { key: params.experiment, ifVersion, serve: serveInput(body) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/restart',
    operationId: 'restartExperiment',
    tag,
    summary: 'Restart a stopped experiment',
    description: 'Begins a new iteration; earlier ones stay readable.',
    access: 'people',
    body: restart,
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE', 'START_BLOCKED'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.restartExperiment, { key: params.experiment, ifVersion, ...body })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/enrolment',
    operationId: 'raiseEnrolment',
    tag,
    summary: 'Raise the enrolment',
    description: 'More units take part; those that do stay in their arms.',
    access: 'people',
    body: raiseEnrolment,
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.raiseEnrolment, { key: params.experiment, ifVersion, ...body })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/weights',
    operationId: 'changeWeights',
    tag,
    summary: 'Change the weights of the arms',
    description: 'Begins a new period; as few units as possible change their variant.',
    access: 'people',
    body: changeWeights,
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.changeWeights, { key: params.experiment, ifVersion, ...body })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/archive',
    operationId: 'archiveExperiment',
    tag,
    summary: 'Archive an experiment',
    description: 'Takes a draft or a stopped experiment out of the lists.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.archiveExperiment, { key: params.experiment, ifVersion })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/unarchive',
    operationId: 'unarchiveExperiment',
    tag,
    summary: 'Take an archived experiment back',
    description: 'It is in the lists again.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.unarchiveExperiment, { key: params.experiment, ifVersion })),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/iterations',
    operationId: 'listIterations',
    tag,
    summary: 'List iterations',
    description: 'All runs of an experiment, with what each began with, its periods and how it ended.',
    access: 'people',
    status: 200,
    answer: iterationList,
    handle: async ({ params }, { ask }) => ({ body: await ask(Experiments.method.listIterations, { key: params.experiment }) }),
  }),
];
