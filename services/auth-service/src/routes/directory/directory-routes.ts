import type { ServiceImpl } from '@connectrpc/connect';
import type { Directory } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { addMember } from './add-member.ts';
import { createApiToken } from './create-api-token.ts';
import { createEnvironment } from './create-environment.ts';
import { createProject } from './create-project.ts';
import { createSdkKey } from './create-sdk-key.ts';
import { getOrganisation } from './get-organisation.ts';
import { getProject } from './get-project.ts';
import { listApiTokens } from './list-api-tokens.ts';
import { listAudit } from './list-audit.ts';
import { listEnvironments } from './list-environments.ts';
import { listMembers } from './list-members.ts';
import { listOrganisations } from './list-organisations.ts';
import { listProjects } from './list-projects.ts';
import { listSdkKeys } from './list-sdk-keys.ts';
import { removeMember } from './remove-member.ts';
import { resolveScope } from './resolve-scope.ts';
import { revokeApiToken } from './revoke-api-token.ts';
import { revokeSdkKey } from './revoke-sdk-key.ts';
import { setPassword } from './set-password.ts';
import { updateEnvironment } from './update-environment.ts';
import { updateMember } from './update-member.ts';
import { updateOrganisation } from './update-organisation.ts';
import { updateProject } from './update-project.ts';

export function directoryRoutes(context: AuthContext): ServiceImpl<typeof Directory> {
  return {
    getOrganisation: getOrganisation(context),
    updateOrganisation: updateOrganisation(context),
    listOrganisations: listOrganisations(context),

    createProject: createProject(context),
    getProject: getProject(context),
    listProjects: listProjects(context),
    updateProject: updateProject(context),

    createEnvironment: createEnvironment(context),
    listEnvironments: listEnvironments(context),
    updateEnvironment: updateEnvironment(context),

    listMembers: listMembers(context),
    setPassword: setPassword(context),
    addMember: addMember(context),
    updateMember: updateMember(context),
    removeMember: removeMember(context),

    createSdkKey: createSdkKey(context),
    listSdkKeys: listSdkKeys(context),
    revokeSdkKey: revokeSdkKey(context),

    createApiToken: createApiToken(context),
    listApiTokens: listApiTokens(context),
    revokeApiToken: revokeApiToken(context),

    resolveScope: resolveScope(context),
    listAudit: listAudit(context),
  };
}
