import type { ServiceDefinition } from '../define-service.ts';
import type { OwnerOf } from './make-service.ts';

/** @throws Error for a gRPC service that no definition serves, and where two serve the same: programmers' mistakes */
export function createOwnerLookup(definitions: readonly ServiceDefinition[]): OwnerOf {
  const owners = new Map<string, ServiceDefinition['name']>();
  for (const definition of definitions) {
    for (const service of definition.serves) {
      if (owners.has(service.typeName))
        throw new Error(`${service.typeName} is served by ${owners.get(service.typeName)} and ${definition.name}`);
      owners.set(service.typeName, definition.name);
    }
  }
  return (service) => {
    const owner = owners.get(service.typeName);
    if (owner === undefined) throw new Error(`nobody serves ${service.typeName}`);
    return owner;
  };
}
