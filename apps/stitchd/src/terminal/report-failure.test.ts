import { ConfigurationError, PortInUseError, problem } from '@stitchd/service-kit';
import { RestProblem } from '@stitchd/rest-client';
import { expect, test } from 'vitest';
import { CommandError, exitCodes } from './command-error.ts';
import { asCommandError } from './report-failure.ts';

test.each([
  [new PortInUseError(8080, 'STITCHD_GATEWAY_HTTP_PORT'), exitCodes.IN_USE, 'STITCHD_GATEWAY_HTTP_PORT'],
  [new ConfigurationError(['A must be x', 'B is required']), exitCodes.CONFIGURATION, 'B is required'],
  [problem('SERVICE_UNAVAILABLE', 'flag-service does not answer.'), exitCodes.UNREACHABLE, 'SERVICE_UNAVAILABLE'],
  [problem('NOT_FOUND', 'There is no such flag.'), exitCodes.FAILED, 'There is no such flag. (NOT_FOUND)'],
  [
    new RestProblem(0, { code: 'UNREACHABLE', detail: 'The server does not answer: refused' }),
    exitCodes.UNREACHABLE,
    'does not answer',
  ],
  [
    new RestProblem(404, { code: 'NOT_FOUND', detail: 'There is no such project.' }),
    exitCodes.FAILED,
    'There is no such project.',
  ],
  [new Error('anything else'), exitCodes.FAILED, 'anything else'],
])('%s ends the command with its own exit code and sentence', (error, exitCode, words) => {
  const failure = asCommandError(error);
  expect(failure.exitCode).toBe(exitCode);
  expect(failure.message).toContain(words);
});

test('A command’s own error is passed on as it is', () => {
  const error = new CommandError('say what to do', 'UNREACHABLE');
  expect(asCommandError(error)).toBe(error);
});
