import { storeErrorOf } from '@stitchd/db/postgres';
import { Credentials, Directory, Invalidations, Setup } from '@stitchd/proto/auth/v1/auth';
import { Receivers } from '@stitchd/proto/auth/v1/receivers';
import { defineService, implement, storeProblem, type Implementation, type Unready } from '@stitchd/service-kit';
import { authAccess } from './access.ts';
import { createAuthContext, type AuthContext } from './context.ts';
import { exchangeSignInLink } from './routes/credentials/exchange-sign-in-link.ts';
import { getVerificationKeys } from './routes/credentials/get-verification-keys.ts';
import { refreshSession } from './routes/credentials/refresh-session.ts';
import { signIn } from './routes/credentials/sign-in.ts';
import { signOut } from './routes/credentials/sign-out.ts';
import { verifyKey } from './routes/credentials/verify-key.ts';
import { directoryRoutes } from './routes/directory/directory-routes.ts';
import { watch } from './routes/invalidations/watch.ts';
import { receiverRoutes } from './routes/receivers/receiver-routes.ts';
import { createOperatorToken } from './routes/setup/create-operator-token.ts';
import { createSignInLink } from './routes/setup/create-sign-in-link.ts';
import { ensureAdministrator } from './routes/setup/ensure-administrator.ts';
import { authSettings } from './settings.ts';
import { startTelling, type Telling } from './telling/start-telling.ts';

/** Who there is, what they may do, and the keys by which they are known. */
export const authService = defineService({
  name: 'auth-service',
  serves: [Credentials, Invalidations, Setup, Directory, Receivers],
  reaches: [],
  settings: authSettings,
  access: authAccess,
  translateError: (error) => storeProblem(storeErrorOf(error)),
  async create(service) {
    const context = await createAuthContext(service);
    let telling: Telling | undefined;
    return {
      implementations: implementations(context),
      async start() {
        context.invalidations.start();
        telling = startTelling(context);
        // A store that is away now makes this service unready, not dead: the first sign-in tries again.
        await context.accessTokens.prepare().catch((error: unknown) => {
          context.log.warn({ err: error }, 'the key that signs access tokens can not be read yet');
        });
      },
      unready: () => unready(context),
      async drain() {
        await Promise.all([telling?.stop(), context.invalidations.stop()]);
      },
      stop: () => context.database.close(),
    };
  },
});

function implementations(context: AuthContext): readonly Implementation[] {
  return [
    implement(Credentials, {
      signIn: signIn(context),
      exchangeSignInLink: exchangeSignInLink(context),
      refreshSession: refreshSession(context),
      signOut: signOut(context),
      getVerificationKeys: getVerificationKeys(context),
      verifyKey: verifyKey(context),
    }),
    implement(Invalidations, { watch: watch(context) }),
    implement(Setup, {
      ensureAdministrator: ensureAdministrator(context),
      createSignInLink: createSignInLink(context),
      createOperatorToken: createOperatorToken(context),
    }),
    implement(Directory, directoryRoutes(context)),
    implement(Receivers, receiverRoutes(context)),
  ];
}

async function unready({ database }: AuthContext): Promise<Unready> {
  return database.ping().then(
    () => ({}),
    (error: unknown) => ({ postgres: error instanceof Error ? error.message : String(error) }),
  );
}
