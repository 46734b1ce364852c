import type { Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { experimentMessage } from '../experiment-message.ts';
import type { SagaOutcome } from './saga-outcome.ts';

/** What the client that asked for a start or stop gets. */
export function sagaAnswer(outcome: SagaOutcome): Experiment {
  switch (outcome.kind) {
    case 'settled':
    case 'postponed':
      return experimentMessage(outcome.experiment);
    case 'refused':
      throw outcome.refusal;
  }
}
