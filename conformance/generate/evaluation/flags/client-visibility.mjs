// What a client key sees.
import { booleanFlag, Fixture } from '../../fixture.mjs';

export function clientVisibility() {
  const fixture = new Fixture('client-visibility', 'What a client key sees');
  fixture
    .flag(booleanFlag('visible'))
    .flag(booleanFlag('invisible', { clientVisible: false }))
    .flag(booleanFlag('invisible-disabled', { clientVisible: false, enabled: false }))
    .flag(booleanFlag('visible-disabled', { enabled: false }))
    .flag(booleanFlag('visible-archived', { archived: true }))
    .flag({ ...booleanFlag('unsaid'), clientVisible: undefined })
    .flag({ ...booleanFlag('no-boolean'), clientVisible: 'true' });
  const context = { targetingKey: 'u-1' };
  const client = { context, clientVisibleOnly: true };
  return fixture
    .served('a visible flag', { flag: 'visible', ...client }, 'on', 'STATIC')
    .served('a visible flag, by a server', { flag: 'visible', context }, 'on', 'STATIC')
    .error('an invisible flag', { flag: 'invisible', ...client }, 'FLAG_NOT_FOUND')
    .served('an invisible flag, by a server', { flag: 'invisible', context }, 'on', 'STATIC')
    .error(
      'an invisible flag, asked as the wrong type: not even its type is told',
      { flag: 'invisible', type: 'string', default: 'x', ...client },
      'FLAG_NOT_FOUND',
    )
    .error(
      'a visible flag, asked as the wrong type',
      { flag: 'visible', type: 'string', default: 'x', ...client },
      'TYPE_MISMATCH',
    )
    .error('an invisible flag that is disabled', { flag: 'invisible-disabled', ...client }, 'FLAG_NOT_FOUND')
    .served('a visible flag that is disabled', { flag: 'visible-disabled', ...client }, 'off', 'DISABLED')
    .error('a visible flag that is archived', { flag: 'visible-archived', ...client }, 'FLAG_NOT_FOUND')
    .error('visibility that is not said is none', { flag: 'unsaid', ...client }, 'FLAG_NOT_FOUND')
    .error('visibility that is no boolean is none', { flag: 'no-boolean', ...client }, 'FLAG_NOT_FOUND')
    .error('a flag that is not there', { flag: 'absent', ...client }, 'FLAG_NOT_FOUND');
}
