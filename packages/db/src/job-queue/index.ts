export { createJobQueue, fromNow, type JobError, type JobLease, type JobQueue } from './job-queue.ts';
