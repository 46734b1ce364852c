import { Setup } from '@stitchd/proto/auth/v1/auth';
import { readConfiguration, type Environment, type Reach } from '@stitchd/service-kit';
import { commandSettings } from '../command-settings.ts';
import type { DataDirectory } from '../data-directory.ts';

const organisationName = 'Stitchd';

export interface SignIn {
  readonly email: string;
  /** The path with a one-time token, to append to the URL; undefined where a password was set in the environment. */
  readonly signInPath: string | undefined;
  readonly operatorToken: string;
}

/**
 * Makes the first administrator where there is none, and the operator token by which the command line signs in.
 * The administrator is STITCHD_SUPERADMIN_EMAIL with STITCHD_SUPERADMIN_PASSWORD, else somebody with a one-time link.
 */
export async function createSignIn(reach: Reach, environment: Environment, directory: DataDirectory): Promise<SignIn> {
  const setup = reach(Setup);
  const chosen = readConfiguration(commandSettings, environment);
  const { superadminEmail: email, superadminPassword: password = '' } = chosen;
  const administrator = await setup.ensureAdministrator({ email, password, organisationName });
  const link = password === '' ? await setup.createSignInLink({ email: administrator.email }) : undefined;
  return {
    email: administrator.email,
    signInPath: link && `/sign-in#token=${link.token}`,
    operatorToken: await keepOperatorToken(reach, directory),
  };
}

/** The token of the last start is used again: a second start does not end the work of a running script. */
async function keepOperatorToken(reach: Reach, directory: DataDirectory): Promise<string> {
  const known = directory.operatorToken.read();
  if (known !== undefined) return known;
  const { secret } = await reach(Setup).createOperatorToken({});
  directory.operatorToken.write(secret);
  return secret;
}
