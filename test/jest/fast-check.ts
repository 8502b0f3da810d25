import fc from '../../node_modules/fast-check/lib/fast-check.js';

/**
 * fast-check as tests import it. All runs try the same inputs, so that a change is judged by what
 * it changed; PROPERTY_SEED tries others: a number, or `random`, and a failure prints its seed.
 */
const seed = process.env['PROPERTY_SEED'];
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed ?? 1) });

export * from '../../node_modules/fast-check/lib/fast-check.js';
export default fc;
