import { EmbeddedEngineError } from '../embedded-engine-error.ts';

/** Another process works on the directory; its message names the directory and that process. */
export class DataDirectoryInUseError extends EmbeddedEngineError {
  override readonly name = 'DataDirectoryInUseError';
  readonly directory: string;
  /** The other process, where it said so. */
  readonly pid: number | undefined;

  constructor(directory: string, pid: number | undefined) {
    const holder = pid === undefined ? 'another process' : `process ${pid}`;
    super(
      'DATA_DIRECTORY_IN_USE',
      `The data directory ${directory} is in use by ${holder}. Stop it, or choose another directory.`,
    );
    this.directory = directory;
    this.pid = pid;
  }
}
