import { randomBytes } from 'node:crypto';
import { roles, uuidv7, type Role } from '@stitchd/core';
import { enterOrganisation, insertApiToken, insertOrganisation } from '@stitchd/db/auth';
import { createDatabase } from '@stitchd/db/postgres';
import { makeKey } from '../../auth-service/src/secrets/key-text.ts';
import type { Endpoint } from './rest/endpoint.ts';
import { endpoints } from './rest/endpoints.ts';

const editor = [
  'archiveExperiment archiveFlag restoreFlag adoptMetricVersions allotLayerShare cancelJob changeSegmentKeys',
  'changeWeights createEventDefinition createExperiment createFlag createHoldout createLayer createMetric createOverrideLink',
  'createSegment deleteHoldout deleteLayer deleteSegment endHoldout listAudit listMembers pauseExperiment raiseEnrolment',
  'recomputeHoldoutResults recomputeResults releaseLayerShare restartExperiment resumeExperiment setFlagEnabled startExperiment',
  'startHoldout startReplay stopExperiment unarchiveExperiment updateConfiguration updateEventDefinition updateExperiment',
  'updateFlag updateHoldout updateLayer updateMetric updateSegment',
];

const admin = [
  'addMember cancelEventJob createApiToken createEnvironment createImport createProject createSdkKey eraseUnit eraseUnitById',
  'exportExperimentUnits exportItems listApiTokens listSdkKeys removeMember revokeApiToken revokeSdkKey rotateKeySecret',
  'rotateSigningSecret updateEnvironment updateEventSettings updateMember updateProject uploadImport',
  'createReceiver deleteReceiver getReceiver listDeliveries listReceivers testReceiver updateReceiver',
];

const namesIn = (lines: readonly string[]) => lines.flatMap((line) => line.split(' '));

/** The least role that may ask an operation of people, where a viewer may not. */
const leastRoles: ReadonlyMap<string, Role> = new Map<string, Role>([
  ...namesIn(editor).map((name) => [name, 'editor'] as const),
  ...namesIn(admin).map((name) => [name, 'admin'] as const),
  ['updateOrganisation', 'owner'],
]);

/** What is no GET and yet open to viewers: it changes nothing but what is theirs, or writes down that they looked. */
const harmless = new Set([
  'planExperiment',
  'previewEvaluation',
  'previewMetric',
  'previewStop',
  'setPassword',
  'showHoldoutResultsAnyway',
  'showResultsAnyway',
]);

export const operationsOfPeople = endpoints.filter(({ access }) => access === 'people');

/** Names in the tables that no operation has, and writes that are in none of them. */
export function misnamedOperations(): readonly string[] {
  const known = new Set(operationsOfPeople.map(({ operationId }) => operationId));
  const named = [...leastRoles.keys(), ...harmless];
  const writes = operationsOfPeople.filter(({ method }) => method !== 'GET').map(({ operationId }) => operationId);
  return [
    ...named.filter((name) => !known.has(name)),
    ...writes.filter((name) => !leastRoles.has(name) && !harmless.has(name)),
    ...[...leastRoles.keys()].filter((name) => harmless.has(name)),
  ];
}

export function leastRoleOf({ operationId }: Endpoint): Role {
  return leastRoles.get(operationId) ?? 'viewer';
}

/** Roles that may not ask it, the least one last. */
export function rolesRefused(operation: Endpoint): readonly Role[] {
  return roles.slice(roles.indexOf(leastRoleOf(operation)) + 1);
}

/** What a valid request of an operation needs besides its credentials, from the example that documents it. */
export function validRequest({ operationId, url, body, bytesBody, ifMatch }: Endpoint, params: Readonly<Record<string, string>>) {
  const path = url.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? name);
  const [example] = (body?.meta()?.['examples'] ?? []) as readonly unknown[];
  return {
    path: `${path}${queries.get(operationId) ?? ''}`,
    body: bytesBody === undefined ? example : 'bytes',
    headers: {
      ...(ifMatch !== undefined && { 'if-match': '"1"' }),
      ...(bytesBody !== undefined && { 'content-type': 'application/octet-stream' }),
    },
  };
}

/** Queries that operations insist on. */
const queries = new Map([
  ['countItems', '?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z'],
  ['exportExperimentUnits', '?format=csv'],
  ['exportItems', '?what=events&format=csv&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z'],
  ['getResultSeries', '?metric=revenue'],
  ['listFlagActivity', '?flags=checkout'],
  ['listSegmentKeys', '?side=included'],
  ['uploadImport', '?offset=0'],
]);

/** Another organisation of the installation, as nothing of the interface makes one. @returns the text of an owner's token */
export async function createOtherOrganisation(databaseUrl: string): Promise<string> {
  const database = createDatabase({ url: databaseUrl, applicationName: 'test' });
  const id = uuidv7(Date.now(), randomBytes(10));
  const { text, sha256, hint } = makeKey('stat', randomBytes);
  await database.beforeTenant(async (tx) => {
    await enterOrganisation(tx, id);
    await insertOrganisation(tx, { id, key: 'other', name: 'Other' });
    const token = { id: uuidv7(Date.now(), randomBytes(10)), name: 'other', role: 'owner', operator: false, expires_at: null };
    await insertApiToken(tx, { ...token, organisation_id: id, hint, sha256 });
  });
  await database.close();
  return text;
}
