import { ownValue, type PlainObject } from '../context/plain-object.ts';
import { eventValueTypes } from '../definitions/event.ts';
import type { CompiledEvent } from './compiled-definitions.ts';

/** A definition of a type that is not known here, as a newer server may send, asks nothing of a value. */
export function compileEvent(entityId: string, key: string, body: PlainObject): CompiledEvent {
  const valueType = ownValue(body, 'valueType');
  return {
    entityId,
    key,
    valueType: eventValueTypes.find((known) => known === valueType),
    requiredContexts: textsIn(body, 'requiredContexts'),
    archived: ownValue(body, 'archived') === true,
  };
}

function textsIn(body: PlainObject, name: string): readonly string[] {
  const list = ownValue(body, name);
  return Array.isArray(list) ? list.filter((text) => typeof text === 'string') : [];
}
