import { timestampDate } from '@bufbuild/protobuf/wkt';
import { recordChange } from '@stitchd/db/platform';
import { readEventRules } from '@stitchd/db/event';
import { exportFile, importFormats, transferLimits, type ExportSource } from '@stitchd/events';
import type { ExportRequest } from '@stitchd/proto/event/v1/transfer';
import { currentAuthor, environmentScope, problem, type EnvironmentScope } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { choiceProblems, refuseProblems } from '../definitions/read-fields.ts';
import { itemSource } from '../exports/item-source.ts';

const exported = ['events', 'exposures'] as const;

/** The bytes of a file, as fast as they are taken; whoever goes away ends it. */
export async function* exportItems(ctx: EventContext, request: ExportRequest, signal: AbortSignal) {
  const scope = environmentScope();
  const source = await sourceOf(ctx, scope, request);
  const release = takePlace(ctx, scope.environmentId);
  // Nobody asks for more when the reader is gone.
  signal.addEventListener('abort', release);
  try {
    await recordExport(ctx, scope, request);
    yield* exportFile(source, request, signal);
  } finally {
    release();
  }
}

async function sourceOf(ctx: EventContext, scope: EnvironmentScope, request: ExportRequest): Promise<ExportSource> {
  refuseProblems([...choiceProblems('what', request.what, exported), ...choiceProblems('format', request.format, importFormats)]);
  if (request.from === undefined || request.to === undefined) throw problem('VALIDATION_FAILED', 'from and to are required.');
  const period = { fromMs: timestampDate(request.from).getTime(), toMs: timestampDate(request.to).getTime() };
  const days = (period.toMs - period.fromMs) / 86_400_000;
  if (!(days > 0 && days <= transferLimits.exportDays))
    refuseProblems([{ path: 'to', message: `must lie behind from, by at most ${transferLimits.exportDays} days` }]);
  const definitions = await ctx.database.inTenant(scope.organisationId, (tx) => readEventRules(tx, scope.projectId));
  const valueless = definitions.filter((row) => row.value_type === 'none').map(({ key }) => key);
  const what = request.what === 'exposures' ? 'exposures' : 'events';
  return itemSource(ctx, what, { ...period, environmentId: scope.environmentId, valueless });
}

/** @throws TOO_MANY_JOBS where the environment has as many exports under way as it may */
function takePlace({ exportPlaces }: EventContext, environmentId: string): () => void {
  const release = exportPlaces.take(environmentId);
  if (release !== undefined) return release;
  throw problem(
    'TOO_MANY_JOBS',
    `An environment has at most ${transferLimits.exports} exports at once; try again when one has ended.`,
  );
}

/** Who took data out is to be found out later. */
function recordExport(ctx: EventContext, scope: EnvironmentScope, { what, format, from, to }: ExportRequest): Promise<void> {
  return ctx.database.inTenant(scope.organisationId, (tx) =>
    recordChange(tx, ctx.newId, {
      ...scope,
      ...currentAuthor(),
      action: 'event.export',
      resource: { kind: 'environment', id: scope.environmentId, key: what },
      after: {
        format,
        from: from === undefined ? null : timestampDate(from).toISOString(),
        to: to === undefined ? null : timestampDate(to).toISOString(),
      },
    }),
  );
}
