export type { StoredUnits } from './add-stored.ts';
export type { Drawn } from './drawn.ts';
export { type Begun, type CountPool, openCountPool } from './pool.ts';
