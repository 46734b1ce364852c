import { serviceNames, type Access, type AccessTable } from '@stitchd/service-kit';

const gateway: Access = { services: ['gateway'], scope: 'none' };
const command: Access = { services: ['command'], scope: 'none' };

/** Who may ask auth-service for what. */
export const authAccess: AccessTable = {
  'stitchd.auth.v1.Credentials/SignIn': gateway,
  'stitchd.auth.v1.Credentials/ExchangeSignInLink': gateway,
  'stitchd.auth.v1.Credentials/RefreshSession': gateway,
  'stitchd.auth.v1.Credentials/SignOut': gateway,
  'stitchd.auth.v1.Credentials/GetVerificationKeys': gateway,
  'stitchd.auth.v1.Credentials/VerifyKey': gateway,

  'stitchd.auth.v1.Invalidations/Watch': gateway,

  'stitchd.auth.v1.Setup/EnsureAdministrator': command,
  'stitchd.auth.v1.Setup/CreateSignInLink': command,
  'stitchd.auth.v1.Setup/CreateOperatorToken': command,

  'stitchd.auth.v1.Directory/GetOrganisation': { people: 'organisation.read', scope: 'organisation' },
  'stitchd.auth.v1.Directory/UpdateOrganisation': { people: 'organisation.write', scope: 'organisation' },
  'stitchd.auth.v1.Directory/ListOrganisations': { people: 'organisation.read', scope: 'organisation' },
  'stitchd.auth.v1.Directory/CreateProject': { people: 'project.write', scope: 'organisation' },
  'stitchd.auth.v1.Directory/GetProject': { people: 'project.read', scope: 'organisation' },
  'stitchd.auth.v1.Directory/ListProjects': { people: 'project.read', scope: 'organisation' },
  'stitchd.auth.v1.Directory/UpdateProject': { people: 'project.write', scope: 'organisation' },
  'stitchd.auth.v1.Directory/CreateEnvironment': { people: 'environment.write', scope: 'project' },
  'stitchd.auth.v1.Directory/ListEnvironments': { people: 'environment.read', scope: 'project' },
  'stitchd.auth.v1.Directory/UpdateEnvironment': { people: 'environment.write', scope: 'project' },
  'stitchd.auth.v1.Directory/ListMembers': { people: 'member.read', scope: 'organisation' },
  'stitchd.auth.v1.Directory/SetPassword': { people: 'organisation.read', scope: 'organisation' },
  'stitchd.auth.v1.Directory/AddMember': { people: 'member.write', scope: 'organisation' },
  'stitchd.auth.v1.Directory/UpdateMember': { people: 'member.write', scope: 'organisation' },
  'stitchd.auth.v1.Directory/RemoveMember': { people: 'member.write', scope: 'organisation' },
  'stitchd.auth.v1.Directory/CreateSdkKey': { people: 'key.write', scope: 'environment' },
  'stitchd.auth.v1.Directory/ListSdkKeys': { people: 'key.read', scope: 'environment' },
  'stitchd.auth.v1.Directory/RevokeSdkKey': { people: 'key.write', scope: 'environment' },
  'stitchd.auth.v1.Directory/CreateApiToken': { people: 'key.write', scope: 'organisation' },
  'stitchd.auth.v1.Directory/ListApiTokens': { people: 'key.read', scope: 'organisation' },
  'stitchd.auth.v1.Directory/RevokeApiToken': { people: 'key.write', scope: 'organisation' },
  'stitchd.auth.v1.Directory/ResolveScope': {
    people: 'project.read',
    services: [...serviceNames, 'command'],
    scope: 'organisation',
  },
  'stitchd.auth.v1.Receivers/ListReceivers': { people: 'receiver.read', scope: 'project' },
  'stitchd.auth.v1.Receivers/GetReceiver': { people: 'receiver.read', scope: 'project' },
  'stitchd.auth.v1.Receivers/ListDeliveries': { people: 'receiver.read', scope: 'project' },
  'stitchd.auth.v1.Receivers/CreateReceiver': { people: 'receiver.write', scope: 'project' },
  'stitchd.auth.v1.Receivers/UpdateReceiver': { people: 'receiver.write', scope: 'project' },
  'stitchd.auth.v1.Receivers/DeleteReceiver': { people: 'receiver.write', scope: 'project' },
  'stitchd.auth.v1.Receivers/TestReceiver': { people: 'receiver.write', scope: 'project' },

  'stitchd.auth.v1.Directory/ListAudit': { people: 'audit.read', scope: 'organisation' },
};
