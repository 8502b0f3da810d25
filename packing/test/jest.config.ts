import type { Config } from 'jest';
import all from '../../jest.config.ts';

/**
 * The tests that `npm test` leaves out: they install what is packed, with another Node beside it.
 */
const config: Config = {
  ...all,
  rootDir: '../..',
  testMatch: ['<rootDir>/packing/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};

export default config;
