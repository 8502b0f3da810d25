import type { Config } from 'jest';
import all from '../../jest.config.ts';

/** The tests that `npm test` leaves out: they need readers that are written in other languages. */
const config: Config = {
  ...all,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/interop/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  // The first that needs the readers installs them.
  maxWorkers: 1,
};

export default config;
