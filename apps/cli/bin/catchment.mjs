#!/usr/bin/env node
// The command `catchment`, for any Node from 20 on. Where this one is too old to run TypeScript, a
// newer one does: the optional dependency for this platform.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const projectFolder = join(root, '.catchment');
const compileCache = join(projectFolder, 'compile-cache');

// Help shows what is typed.
if (process.env.npm_command === 'exec') process.env.CATCHMENT_TYPED = 'npx catchment';

if (Number(process.versions.node.split('.')[0]) >= 24) {
  if (existsSync(projectFolder)) {
    // Threads look into the environment.
    process.env.NODE_COMPILE_CACHE ||= compileCache;
    module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  }
  await import('../src/main.ts');
} else {
  const { findNode } = await import('../../../setup/node.mjs');
  const { runInForeground } = await import('../../../setup/command.mjs');
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || compileCache };
  try {
    process.exitCode = await runInForeground(findNode(root), [main, ...process.argv.slice(2)], { env });
  } catch (error) {
    process.stderr.write(`catchment: ${error.message}\n`);
    process.exitCode = 1;
  }
}
