import { EmbeddedEngineError } from '@stitchd/embedded';
import { ConfigurationError, PortInUseError, problemOf } from '@stitchd/service-kit';
import { RestProblem } from '@stitchd/rest-client';
import { ConnectError } from '@connectrpc/connect';
import { CommandError } from './command-error.ts';

/** Turns whatever ended a command into a sentence and an exit code. */
export function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof ConfigurationError) return new CommandError(error.problems.join('\n'), 'CONFIGURATION', { cause: error });
  if (error instanceof PortInUseError) return new CommandError(error.message, 'PORT_IN_USE', { cause: error });
  if (error instanceof EmbeddedEngineError) return new CommandError(error.message, 'FAILED', { cause: error });
  if (error instanceof RestProblem)
    return new CommandError(`${error.message} (${error.code})`, error.code === 'UNREACHABLE' ? 'UNREACHABLE' : 'FAILED', {
      cause: error,
    });
  if (error instanceof ConnectError) {
    const { code, detail } = problemOf(error);
    return new CommandError(`${detail} (${code})`, code === 'SERVICE_UNAVAILABLE' ? 'UNREACHABLE' : 'FAILED', { cause: error });
  }
  return new CommandError(error instanceof Error ? error.message : String(error), 'FAILED', { cause: error });
}

/** Prints the failure on standard error, as JSON where a script asked for that, and sets the exit code. */
export function reportFailure(error: unknown, json: boolean): void {
  const failure = asCommandError(error);
  const text = json ? JSON.stringify({ error: { code: failure.code, message: failure.message } }) : `stitchd: ${failure.message}`;
  process.stderr.write(`${text}\n`);
  if (process.env['STITCHD_LOG_LEVEL'] === 'debug' && failure.cause instanceof Error)
    process.stderr.write(`${failure.cause.stack ?? ''}\n`);
  process.exitCode = failure.exitCode;
}
