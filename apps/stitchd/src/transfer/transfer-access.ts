import { readConfiguration } from '@stitchd/service-kit';
import { commandSettings } from '../command-settings.ts';
import { prepareProcess } from '../prepare-process.ts';
import { findProduct, findUrl } from '../seed/find-product.ts';
import { CommandError } from '../terminal/command-error.ts';

/** Of whose environment, and by which right. */
export interface TransferTarget {
  readonly project?: string;
  readonly environment?: string;
  readonly sdkKey?: string;
  readonly url?: string;
  readonly token?: string;
}

/** Where imports are begun, and where their jobs are followed. */
export interface TransferAccess {
  readonly imports: string;
  readonly jobOf: (id: string) => string;
  readonly environment: string | undefined;
  readonly authorization: string;
}

/** @throws CommandError where it isn't said whose environment */
export function transferAccess(target: TransferTarget): TransferAccess {
  const prepared = prepareProcess(process.env);
  const base = (url: string): string => url.replace(/\/+$/, '');
  if (target.project !== undefined && target.environment !== undefined) {
    const product = findProduct(prepared, target);
    const environment = `${base(product.url)}/v1/projects/${encodeURIComponent(target.project)}/environments/${encodeURIComponent(target.environment)}`;
    return {
      imports: `${environment}/imports`,
      jobOf: (id) => `${environment}/event-jobs/${id}`,
      environment,
      authorization: `Bearer ${product.token}`,
    };
  }
  const sdkKey = target.sdkKey ?? readConfiguration({ key: commandSettings.sdkKey }, prepared.environment).key;
  if (sdkKey === undefined)
    throw new CommandError('which environment? Give --project and --environment, or --sdk-key (also STITCHD_SDK_KEY)', 'USAGE');
  const imports = `${base(findUrl(prepared, target))}/v1/sdk/imports`;
  return { imports, jobOf: (id) => `${imports}/${id}`, environment: undefined, authorization: `Bearer ${sdkKey}` };
}
