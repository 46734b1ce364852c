import { Layers } from '@stitchd/proto/experiment/v1/layers';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { layer, layerList, layerPatch, layerQuery, newLayer, wantedShare } from './layer-schemas.ts';

const tag = 'Experiments';

export const layerEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/layers',
    operationId: 'listLayers',
    tag,
    summary: 'List layers',
    description: 'Layers of an environment, with what experiments have of each.',
    access: 'people',
    query: layerQuery,
    status: 200,
    answer: layerList,
    handle: async ({ query }, { ask }) => listed(await ask(Layers.method.listLayers, { page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/layers',
    operationId: 'createLayer',
    tag,
    summary: 'Create a layer',
    description: 'Experiments that have a share of the same layer never share a unit.',
    access: 'people',
    body: newLayer,
    repeatable: true,
    status: 201,
    answer: layer,
    problems: ['ALREADY_EXISTS'],
    handle: async ({ params, body }, { ask }) =>
      created(
        await ask(Layers.method.createLayer, body),
        `/v1/projects/${params.project}/environments/${params.environment}/layers/${body.key}`,
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/layers/:layer',
    operationId: 'getLayer',
    tag,
    summary: 'Read a layer',
    description: 'One layer of the environment.',
    access: 'people',
    status: 200,
    answer: layer,
    handle: async ({ params }, { ask }) => resource(await ask(Layers.method.getLayer, { key: params.layer })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/environments/:environment/layers/:layer',
    operationId: 'updateLayer',
    tag,
    summary: 'Change a layer',
    description: 'Its name and description. The unit stays: it places units.',
    access: 'people',
    body: layerPatch,
    ifMatch: 'required',
    status: 200,
    answer: layer,
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Layers.method.updateLayer, { key: params.layer, ...body, ifVersion })),
  }),
  endpoint({
    method: 'DELETE',
    url: '/v1/projects/:project/environments/:environment/layers/:layer',
    operationId: 'deleteLayer',
    tag,
    summary: 'Delete a layer',
    description: 'Refused while an experiment has a share of it.',
    access: 'people',
    ifMatch: 'required',
    status: 204,
    problems: ['IN_USE'],
    async handle({ params, ifVersion }, { ask }) {
      await ask(Layers.method.deleteLayer, { key: params.layer, ifVersion });
      return {};
    },
  }),
  endpoint({
    method: 'PUT',
    url: '/v1/projects/:project/environments/:environment/layers/:layer/experiments/:experiment',
    operationId: 'allotLayerShare',
    tag,
    summary: 'Give an experiment a share of a layer',
    description:
      'In one piece where one is free, instead of what it has of the layer. Not while it runs: its units would move. Takes effect when the experiment starts.',
    access: 'people',
    body: wantedShare,
    ifMatch: 'required',
    status: 200,
    answer: layer,
    problems: ['CONFLICT', 'INVALID_STATE'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Layers.method.allotShare, { key: params.layer, experimentKey: params.experiment, ...body, ifVersion })),
  }),
  endpoint({
    method: 'DELETE',
    url: '/v1/projects/:project/environments/:environment/layers/:layer/experiments/:experiment',
    operationId: 'releaseLayerShare',
    tag,
    summary: 'Take an experiment out of a layer',
    description: 'Its share is free again. Not while it runs.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: layer,
    problems: ['INVALID_STATE'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Layers.method.releaseShare, { key: params.layer, experimentKey: params.experiment, ifVersion })),
  }),
];
