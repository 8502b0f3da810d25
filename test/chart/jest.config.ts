import type { Config } from 'jest';
import all from '../../jest.config.ts';

/** The tests that `npm test` leaves out: they need Helm, which is built by Go in some minutes. */
const config: Config = {
  ...all,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/chart/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // The first that needs the validator installs it.
  maxWorkers: 1,
};

export default config;
