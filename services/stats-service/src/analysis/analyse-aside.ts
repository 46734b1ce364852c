import { runInThread, threadProgram } from '../worker/run-in-thread.ts';
import { analyseLook, type Analysis } from './analyse.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';

const program = threadProgram(import.meta.url, 'analysis/analyse-worker');

/** Shuffling labels takes a second or more, in which this process would answer nobody; the rest is done at once. */
export function analyseAside(inputs: AnalysisInputs, signal: AbortSignal): Promise<Analysis> {
  return inputs.figures.unitValues.length === 0 ? Promise.resolve(analyseLook(inputs)) : runInThread(program, inputs, signal);
}
