import { sdkLimits } from '@stitchd/sdk';
import type { DataDirectory } from '../data-directory.ts';
import type { DemoProject } from '../seed/seed-demo-project.ts';

/** What `stitchd start` tells when everything answers. */
export interface StartFacts {
  readonly url: string;
  readonly syncUrl: string;
  readonly email: string;
  /** Undefined where the administrator has a password. */
  readonly signInUrl: string | undefined;
  readonly demo: DemoProject | undefined;
  readonly embedded: readonly string[];
  readonly startMs: number;
}

export function welcome(facts: StartFacts, directory: DataDirectory): string {
  const seconds = (facts.startMs / 1_000).toFixed(1);
  const lines = [
    '',
    `Stitchd answers (${seconds} s).`,
    '',
    `  Admin UI      ${facts.url}`,
    facts.signInUrl === undefined
      ? `  Sign in as    ${facts.email}, with the password that you set`
      : `  Sign in once  ${facts.signInUrl}`,
    `  REST API      ${facts.url}/docs`,
    `  Flag sync     ${facts.syncUrl} (gRPC)${isUsualPort(facts.syncUrl) ? '' : `; SDKs need it as syncUrl`}`,
    `  Data          ${directory.path}${facts.embedded.length > 0 ? ` (embedded ${facts.embedded.join(', ')})` : ''}`,
    `  Logs          ${directory.logFile}`,
    ...(facts.demo === undefined ? [] : demoLines(facts.url, facts.demo)),
    '',
    'Ctrl-C stops everything.',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function isUsualPort(syncUrl: string): boolean {
  return new URL(syncUrl).port === String(sdkLimits.syncPort);
}

function demoLines(url: string, demo: DemoProject): string[] {
  return [
    '',
    `Project "${demo.projectKey}", environment "${demo.environmentKey}":`,
    `  Server key    ${demo.serverKey}`,
    `  Client key    ${demo.clientKey}`,
    '',
    'Evaluate a flag:',
    `  curl -s ${url}/ofrep/v1/evaluate/flags/${demo.flagKey} \\`,
    `    -H 'X-Stitchd-SDK-Key: ${demo.serverKey}' -H 'content-type: application/json' \\`,
    `    -d '{"context":{"targetingKey":"user-1","plan":"pro"}}'`,
  ];
}
