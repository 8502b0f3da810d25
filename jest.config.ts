import type { Config } from 'jest';
import { packedFiles } from './test/packed/packed.ts';

const config: Config = {
  testEnvironment: '<rootDir>/test/jest/environment.ts',
  testMatch: [
    '<rootDir>/{packages,apps}/*/test/**/*.test.ts',
    '<rootDir>/{lint,setup,supply,attack,chaos,sample,bench,test}/**/*.test.ts',
  ],
  testPathIgnorePatterns: [
    '/node_modules/',
    // `npm run test:truth` runs them.
    '<rootDir>/test/truth/',
    // `npm run test:interop` runs them.
    '<rootDir>/test/interop/',
    // `npm run test:chart` runs them.
    '<rootDir>/test/chart/',
    // It needs a checkout of another version.
    ...(process.env['CATCHMENT_BEFORE'] ? [] : ['<rootDir>/test/way/beside']),
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } }],
  },
  moduleNameMapper: {
    '^@cellshed/(gateway|worker)$': '<rootDir>/apps/$1/src/index.ts',
    '^@cellshed/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^fast-check$': '<rootDir>/test/jest/fast-check.ts',
    ...Object.fromEntries([...packedFiles].map(([name, file]) => [`^${name}$`, file])),
  },
  globalSetup: '<rootDir>/test/jest/set-up.ts',
  globalTeardown: '<rootDir>/test/jest/tear-down.ts',
  cacheDirectory: '<rootDir>/.catchment/jest-cache',
  // It only ends what hangs: no test is to fail where a machine is slow.
  testTimeout: 600_000,
  // Likewise: by default a worker that takes longer than half a second to end is killed, and warned
  // of.
  workerGracefulExitTimeout: 60_000,
  // Many tests wait for processes: jest's default, one fewer than there are processors, would be
  // one on two.
  maxWorkers: '100%',
  // A worker keeps much of what each test file has loaded; collecting garbage around it takes ever
  // longer.
  workerIdleMemoryLimit: '300MB',
};

export default config;
