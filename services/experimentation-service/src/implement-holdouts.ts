import { Holdouts } from '@stitchd/proto/experiment/v1/holdouts';
import { implement } from '@stitchd/service-kit';
import type { ExperimentationContext } from './context.ts';
import { createHoldout } from './routes/create-holdout.ts';
import { deleteHoldout } from './routes/delete-holdout.ts';
import { endHoldout } from './routes/end-holdout.ts';
import { getHoldout } from './routes/get-holdout.ts';
import { listHoldouts } from './routes/list-holdouts.ts';
import { startHoldout } from './routes/start-holdout.ts';
import { updateHoldout } from './routes/update-holdout.ts';

export function implementHoldouts(ctx: ExperimentationContext) {
  return implement(Holdouts, {
    createHoldout: (request) => createHoldout(ctx, request),
    getHoldout: (request) => getHoldout(ctx, request),
    listHoldouts: (request) => listHoldouts(ctx, request),
    updateHoldout: (request) => updateHoldout(ctx, request),
    deleteHoldout: (request) => deleteHoldout(ctx, request),
    startHoldout: (request) => startHoldout(ctx, request),
    endHoldout: (request) => endHoldout(ctx, request),
  });
}
