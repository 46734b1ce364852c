import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { UnitExport } from '@stitchd/proto/stats/v1/unit_export';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { fileOf, mediaTypes } from '../transfers/export-file.ts';
import { exportQuery } from '../transfers/transfer-schemas.ts';

export const unitExportEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/units',
    operationId: 'exportExperimentUnits',
    tag: 'Experiments',
    summary: "Download an experiment's units",
    description:
      'A row for each unit that the results of the current iteration count, as they would be computed now: its key of the kind of unit, its first exposure and the arm of that, how many arms it saw, and a column for each metric, before caps. Excluded traffic is not in it.',
    access: 'people',
    query: exportQuery.pick({ format: true, forSpreadsheets: true }),
    status: 200,
    file: 'The rows, in the format that was asked for.',
    responseHeaders: { 'content-disposition': 'The name of the file.' },
    problems: ['TOO_MANY_JOBS', 'INVALID_STATE'],
    async handle({ params, query }, { call, stream }) {
      const { id } = await call(Experiments.method.getExperiment, { key: params.experiment });
      const leaving = new AbortController();
      const request = { experimentId: id, format: query.format, forSpreadsheets: query.forSpreadsheets === 'true' };
      const chunks = stream(UnitExport.method.exportUnits, request, leaving.signal);
      const name = `${params.project}-${params.environment}-${params.experiment}-units.${query.format}`;
      return { file: await fileOf(name, mediaTypes[query.format], chunks, () => leaving.abort()) };
    },
  }),
];
