export { readConfig, type WorkerConfig } from './config.ts';
export { type CountPool, openCountPool } from './count-pool.ts';
export { type Role, roles, startWorker } from './worker.ts';
