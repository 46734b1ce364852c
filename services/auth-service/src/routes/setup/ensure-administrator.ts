import { create } from '@bufbuild/protobuf';
import type { Tx } from '@stitchd/db';
import {
  enterOrganisation,
  findFirstOwner,
  findMember,
  insertMember,
  insertOrganisation,
  insertUser,
  lockOnceForAll,
  readOrganisation,
  setPasswordHash,
} from '@stitchd/db/auth';
import { AdministratorSchema, type Administrator, type EnsureAdministratorRequest } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toOrganisation, bodyOf } from '../../messages/to-message.ts';
import { OrganisationSchema } from '@stitchd/proto/auth/v1/auth';
import { record } from '../../requests/change.ts';
import { check, nameFault, newPasswordFault } from '../../requests/check.ts';
import { emailFault, nameFromEmail, normaliseEmail } from '../../requests/email.ts';
import { keyFromName } from '../../requests/key-from-name.ts';

const defaultOrganisationName = 'Stitchd';

interface Wanted {
  readonly email: string;
  readonly organisationName: string;
  readonly passwordHash: string | undefined;
}

/** Sets the installation up where nobody has; whoever did is answered, and nothing is changed. */
export function ensureAdministrator(context: AuthContext) {
  const { database, passwords } = context;
  return async (request: EnsureAdministratorRequest): Promise<Administrator> => {
    const present = await database.beforeTenant(findAdministrator);
    if (present !== undefined) return present;
    const email = normaliseEmail(request.email);
    const organisationName = request.organisationName.trim() || defaultOrganisationName;
    check(
      emailFault('email', email),
      nameFault('organisationName', organisationName),
      request.password === '' ? undefined : newPasswordFault('password', request.password),
    );
    const passwordHash = request.password === '' ? undefined : await passwords.hash(request.password);
    return database.beforeTenant(async (tx) => {
      await lockOnceForAll(tx, 'first-administrator');
      return (await findAdministrator(tx)) ?? setUp(tx, context, { email, organisationName, passwordHash });
    });
  };
}

async function findAdministrator(tx: Tx): Promise<Administrator | undefined> {
  const owner = await findFirstOwner(tx);
  if (owner === undefined) return undefined;
  await enterOrganisation(tx, owner.organisation_id);
  const organisation = await readOrganisation(tx);
  const person = await findMember(tx, owner.user_id);
  return create(AdministratorSchema, {
    userId: owner.user_id,
    organisationId: organisation.id,
    organisationKey: organisation.key,
    email: person?.email ?? '',
    created: false,
  });
}

async function setUp(tx: Tx, context: AuthContext, wanted: Wanted): Promise<Administrator> {
  const { email } = wanted;
  const organisationId = context.newId();
  const key = keyFromName(wanted.organisationName, 'organisation');
  await enterOrganisation(tx, organisationId);
  const organisation = await insertOrganisation(tx, { id: organisationId, key, name: wanted.organisationName });
  const user = await insertUser(tx, { id: context.newId(), email, name: nameFromEmail(email) });
  await insertMember(tx, { organisation_id: organisationId, user_id: user.id, role: 'owner' });
  if (wanted.passwordHash !== undefined) await setPasswordHash(tx, user.id, wanted.passwordHash);
  await record(tx, context, {
    organisationId,
    action: 'organisation.create',
    resource: { kind: 'organisation', id: organisationId, key },
    after: bodyOf(OrganisationSchema, toOrganisation(organisation)),
  });
  await record(tx, context, {
    organisationId,
    action: 'member.create',
    resource: { kind: 'member', id: user.id, key: email },
    after: { email, name: user.name, role: 'owner' },
  });
  return create(AdministratorSchema, {
    userId: user.id,
    organisationId,
    organisationKey: key,
    email,
    created: true,
  });
}
