import type { Adapter } from '../runner/adapter.ts';
import type { Outcome, Question } from '../runner/evaluation-fixture.ts';
import type { FixtureGateway } from './fixture-gateway.ts';

/** A way that answers all flags at once: which answer is one flag's is `outcomeOf`'s to say. */
export function allFlagsAdapter<Answer>(
  gateway: FixtureGateway,
  way: {
    readonly ask: (question: Question) => Promise<Answer>;
    readonly outcomeOf: (answer: Answer, question: Question) => Outcome;
  } & Pick<Adapter, 'cannotAsk' | 'asTold'>,
): Adapter {
  // Questions that differ in their flag alone are one question here.
  const answers = new Map<string, Promise<Answer>>();
  return {
    ...way,
    load(definitions) {
      answers.clear();
      return gateway.load(definitions ?? []);
    },
    async evaluate(question) {
      const { context, nowMs, memberships, clientVisibleOnly } = question;
      const name = JSON.stringify([context, nowMs, memberships, clientVisibleOnly]);
      const answer = answers.get(name) ?? way.ask(question);
      answers.set(name, answer);
      return way.outcomeOf(await answer, question);
    },
  };
}
