import { Stitchd, type AnyFlags, type ContextInput } from '@stitchd/sdk';
import { serverKey, until } from '../../services/gateway/src/backend.test-support.ts';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';
import type { FixtureGateway } from './fixture-gateway.ts';
import { quietLogger } from './quiet-logger.ts';

/** An SDK that follows the gateway's definitions over a stream, and asks it about lists that it does not hold. */
export async function startLiveSdk(gateway: FixtureGateway) {
  const client = await Stitchd.init<AnyFlags>({
    url: gateway.url,
    syncUrl: `http://${gateway.grpcAddress}`,
    sdkKey: serverKey,
    logger: quietLogger,
  });
  gateway.followedBy(() => until(() => client.status().revision === gateway.revision()));

  return {
    client,
    load: (definitions: readonly FixtureEntity[] | null) => gateway.load(definitions ?? []),
    /** The context of a question, once lists are answered as the question says. */
    async contextOf(question: Pick<Question, 'context' | 'memberships'>): Promise<ContextInput> {
      await gateway.know(question);
      return question.memberships === undefined ? question.context : client.prepare(question.context);
    },
  };
}
