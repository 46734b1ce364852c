import { limitsReference } from '../limits/limits-reference.ts';
import { restReferences } from '../rest/rest-references.ts';
import { commandReference } from './command.ts';
import { environmentVariables } from './environment-variables.ts';
import { problemCodesReference } from './problem-codes.ts';
import type { Reference } from './reference.ts';
import { rolesReference } from './roles.ts';

/** Every page of docs/reference. */
export function allReferences(): readonly Reference[] {
  return [
    commandReference(),
    environmentVariables(),
    problemCodesReference(),
    rolesReference(),
    limitsReference(),
    ...restReferences(),
  ];
}
