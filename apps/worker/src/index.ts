export { readConfig, type WorkerConfig } from './config.ts';
export { type Role, roles, startWorker } from './worker.ts';
