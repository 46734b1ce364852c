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
  let loaded: readonly FixtureEntity[] = [];
  let answered = '';

  async function follow(definitions: readonly FixtureEntity[]): Promise<void> {
    await gateway.load(definitions);
    await until(() => client.status().revision === gateway.revision());
  }

  /** What the SDK remembers of a list it forgets once the list is gone. */
  async function forgetAnswers(): Promise<void> {
    await follow([]);
    await follow(loaded);
  }

  return {
    client,
    async load(definitions: readonly FixtureEntity[] | null): Promise<void> {
      loaded = definitions ?? [];
      await forgetAnswers();
    },
    /** The context of a question, once the gateway answers about lists as the question says. */
    async contextOf(question: Pick<Question, 'context' | 'memberships'>): Promise<ContextInput> {
      gateway.know(question);
      const answers = JSON.stringify(question.memberships ?? {});
      if (answers !== answered) await forgetAnswers();
      answered = answers;
      return question.memberships === undefined ? question.context : client.prepare(question.context);
    },
  };
}
