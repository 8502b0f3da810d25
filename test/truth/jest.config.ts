import type { Config } from 'jest';
import all from '../../jest.config.ts';

/** The tests that `npm test` leaves out: they read data that are no part of the repository. */
const config: Config = {
  ...all,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/truth/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};

export default config;
