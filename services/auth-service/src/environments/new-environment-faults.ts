import type { NewEnvironment } from '@stitchd/proto/auth/v1/auth';
import { keyFault, nameFault, type Fault } from '../requests/check.ts';

type Wanted = Pick<NewEnvironment, 'key' | 'name'>;

/** What is wrong with one new environment; without a name it is called by its key. */
export function newEnvironmentFault(path: string, { key, name }: Wanted): Fault | undefined {
  return keyFault(`${path}.key`, key) ?? (name === '' ? undefined : nameFault(`${path}.name`, name));
}

/** What is wrong with a list of them, whose keys must differ. */
export function newEnvironmentFaults(path: string, environments: readonly Wanted[]): readonly Fault[] {
  const keys = environments.map(({ key }) => key);
  return environments.flatMap((environment, index) => {
    const fault = newEnvironmentFault(`${path}[${index}]`, environment);
    if (fault !== undefined) return [fault];
    const isFirst = keys.indexOf(environment.key) === index;
    return isFirst ? [] : [{ path: `${path}[${index}].key`, message: 'is the key of another one of them' }];
  });
}
