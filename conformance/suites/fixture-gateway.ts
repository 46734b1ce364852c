import {
  apiToken,
  clientKey,
  createBackend,
  serverKey,
  startGateway,
  until,
} from '../../services/gateway/src/backend.test-support.ts';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';
import { entitiesOf } from './outcome-of.ts';

const preview = '/v1/projects/shop/environments/live/evaluate';

/** Rates that a run of all cases stays below. */
const rates = { STITCHD_GATEWAY_RATE_LIMIT_PEOPLE: '1000000', STITCHD_GATEWAY_RATE_LIMIT_CLIENT_KEY: '1000000' };

/** A gateway whose environment holds one fixture after the other, told through its stream of definitions. */
export async function startFixtureGateway() {
  const backend = createBackend();
  const gateway = await startGateway(backend.definitions, rates);
  const known = new Map<string, boolean>();
  backend.state.outcomeOf = (segment) => {
    const isMember = known.get(segment);
    return isMember === undefined ? 'unknown-segment' : isMember ? 'member' : 'not-member';
  };
  /** From now on lists are answered as a question says; of others nothing is known. */
  const know = ({ memberships }: Pick<Question, 'memberships'>): void => {
    known.clear();
    for (const [segment, isMember] of Object.entries(memberships ?? {})) known.set(segment, isMember);
  };
  const revision = async (): Promise<unknown> => {
    const { json } = await gateway.ask('POST', preview, { key: apiToken, body: { context: {} } });
    return (json as { readonly revision?: unknown } | undefined)?.revision;
  };
  return {
    ...gateway,
    revision: () => Number(backend.state.revision),
    /** Resolves when evaluations are by these definitions. */
    async load(definitions: readonly FixtureEntity[]): Promise<void> {
      backend.replace(entitiesOf(definitions));
      await until(async () => (await revision()) === Number(backend.state.revision));
    },
    know,
    /** Asks an endpoint what is asked of an evaluation. */
    async evaluate(path: string, body: object, question: Pick<Question, 'memberships' | 'clientVisibleOnly'>) {
      know(question);
      return gateway.ask('POST', path, { key: question.clientVisibleOnly === true ? clientKey : serverKey, body });
    },
    async preview(body: object, question: Pick<Question, 'memberships'>) {
      know(question);
      return gateway.ask('POST', preview, { key: apiToken, body });
    },
  };
}

export type FixtureGateway = Awaited<ReturnType<typeof startFixtureGateway>>;
