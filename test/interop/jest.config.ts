import type { Config } from 'jest';
import all from '../../jest.config.ts';

/** The tests that `npm test` leaves out: they need readers that are written in other languages. */
const config: Config = {
  ...all,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/interop/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};

export default config;
