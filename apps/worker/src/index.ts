export { readConfig, type WorkerConfig } from './config.ts';
export { roles } from './takers.ts';
export { startWorker } from './worker.ts';
