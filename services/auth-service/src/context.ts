import { uuidv7 } from '@stitchd/core';
import { createDatabase, type Database } from '@stitchd/db';
import {
  ConfigurationError,
  parseSecretKey,
  platformSettings,
  type Configuration,
  type Logger,
  type ServiceContext,
} from '@stitchd/service-kit';
import { createInvalidationHub, type InvalidationHub } from './invalidations/invalidation-hub.ts';
import { authLimits } from './limits.ts';
import { createAttemptLimiter, type AttemptLimiter } from './passwords/attempt-limiter.ts';
import { createPasswordHasher, type PasswordHasher } from './passwords/password-hasher.ts';
import { createAccessTokens, type AccessTokens } from './sessions/access-tokens.ts';
import { authSettings } from './settings.ts';
import { createMailSender, type MailSender } from './telling/mail-sender.ts';
import { createTellingMetrics, type TellingMetrics } from './telling/telling-metrics.ts';
import { readWebhookHosts, type WebhookHosts } from './telling/webhook-hosts.ts';

/** What the routes of auth-service work with. */
export interface AuthContext {
  readonly database: Database;
  readonly log: Logger;
  readonly nowMs: () => number;
  readonly randomBytes: (bytes: number) => Uint8Array;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly passwords: PasswordHasher;
  readonly attempts: AttemptLimiter;
  readonly accessTokens: AccessTokens;
  readonly invalidations: InvalidationHub;
  /** Encrypts what lies in the store. */
  readonly secretKey: Uint8Array;
  /** Where people reach the installation, if the operator has said so. */
  readonly publicUrl: string | undefined;
  readonly webhookHosts: WebhookHosts;
  /** Undefined: the operator has named no mail server. */
  readonly mail: MailSender | undefined;
  readonly tellIntervalMs: number;
  readonly tellingMetrics: TellingMetrics;
}

/** @throws ConfigurationError where the store or the secret key is missing or can't be used */
export async function createAuthContext(service: ServiceContext<typeof authSettings>): Promise<AuthContext> {
  const { config, log, nowMs, randomBytes } = service;
  const { databaseUrl, secretKey } = requirePlatform(service.platform);
  const webhookHosts = readable('webhookAllowedHosts', () => readWebhookHosts(config.webhookAllowedHosts));
  const { smtpUrl: url, smtpFrom: from = '' } = config;
  const mail = url === undefined ? undefined : readable('smtpUrl', () => createMailSender({ url, from }));
  const passwords = await createPasswordHasher(randomBytes);
  const database = createDatabase({ url: databaseUrl, applicationName: 'auth-service' });
  return {
    database,
    log,
    nowMs,
    randomBytes,
    newId: () => uuidv7(nowMs(), randomBytes(10)),
    passwords,
    attempts: createAttemptLimiter({
      attempts: config.signInAttempts,
      windowMs: config.signInWindow,
      remembered: authLimits.rememberedEmails,
      nowMs,
    }),
    accessTokens: createAccessTokens({ database, secretKey, nowMs, randomBytes }),
    invalidations: createInvalidationHub({ database, nowMs, log }),
    secretKey,
    publicUrl: service.platform.publicUrl,
    webhookHosts,
    mail,
    tellIntervalMs: config.tellInterval,
    tellingMetrics: createTellingMetrics(service.metrics, database),
  };
}

/** @throws ConfigurationError that names the setting; never its value, which may be a secret */
function readable<T>(setting: keyof typeof authSettings, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigurationError([
      `${authSettings[setting].variable}: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}

function requirePlatform(platform: Configuration<typeof platformSettings>) {
  const problems: string[] = [];
  const { databaseUrl } = platform;
  if (databaseUrl === undefined) problems.push(`${platformSettings.databaseUrl.variable} is required by auth-service`);
  const secretKey = parseSecretKey(platform.secretKey ?? '');
  if (secretKey === undefined) problems.push(`${platformSettings.secretKey.variable} must be 32 bytes in base64`);
  if (databaseUrl === undefined || secretKey === undefined) throw new ConfigurationError(problems);
  return { databaseUrl, secretKey };
}
