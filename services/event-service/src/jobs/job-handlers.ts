import type { EventContext } from '../context.ts';
import { eraseUnits } from '../erasure/erase-units.ts';
import { createImportHandler } from '../imports/import-handler.ts';
import { replayQuarantine } from '../quarantine/replay-quarantine.ts';
import type { JobHandler } from './job-handler.ts';

/** Every kind of job there is. */
export function jobHandlers(ctx: EventContext): readonly JobHandler[] {
  return [createImportHandler(ctx), replayQuarantine(ctx), eraseUnits(ctx)];
}
