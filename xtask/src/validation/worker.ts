import { parentPort } from 'node:worker_threads';
import { runChunk, type Chunk } from './chunks.ts';

parentPort?.on('message', (chunk: Chunk) => parentPort?.postMessage(runChunk(chunk)));
