import { parentPort } from 'node:worker_threads';
import { analyseLook } from './analyse.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';

parentPort?.once('message', (inputs: AnalysisInputs) => parentPort?.postMessage({ result: analyseLook(inputs) }));
