export type { Drawn } from './drawn.ts';
export { type CountPool, openCountPool } from './pool.ts';
