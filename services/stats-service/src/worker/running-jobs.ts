/** The jobs that this process works on, so that one can be ended without waiting for its next sign of life. */
export interface RunningJobs {
  /** Does work with a signal that says when the job is cancelled here. */
  readonly follow: <T>(jobId: string, work: (cancelled: AbortSignal) => Promise<T>) => Promise<T>;
  /** Does nothing for a job that another process has: it will see. */
  readonly cancel: (jobId: string) => void;
}

export function createRunningJobs(): RunningJobs {
  const controllers = new Map<string, AbortController>();
  return {
    async follow(jobId, work) {
      const controller = new AbortController();
      controllers.set(jobId, controller);
      try {
        return await work(controller.signal);
      } finally {
        controllers.delete(jobId);
      }
    },
    cancel: (jobId) => controllers.get(jobId)?.abort(),
  };
}
