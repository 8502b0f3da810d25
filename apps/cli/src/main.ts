#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { cacheCommand } from './commands/cache.ts';
import { countCommand } from './commands/count.ts';
import { demoCommand } from './commands/demo.ts';
import { gatewayCommand } from './commands/gateway.ts';
import { invalidateCommand } from './commands/invalidate.ts';
import { loadCommand } from './commands/load.ts';
import { precomputeCommand } from './commands/precompute.ts';
import { requestCommand } from './commands/request.ts';
import { serveCommand } from './commands/serve.ts';
import { tallyCommand } from './commands/tally.ts';
import { warmCommand } from './commands/warm.ts';
import { workerCommand } from './commands/worker.ts';

const program = new Command('catchment')
  .description('How many cells of each kind lie inside this area?')
  .version('0.1.0')
  .addHelpText('after', '\nSee `catchment help COMMAND` for an example of each command.')
  .exitOverride();
for (const command of [
  countCommand,
  requestCommand,
  serveCommand,
  gatewayCommand,
  workerCommand,
  demoCommand,
  warmCommand,
  precomputeCommand,
  loadCommand,
  invalidateCommand,
  cacheCommand,
  tallyCommand,
]) {
  program.addCommand(command().exitOverride());
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // It has said what is wrong; 2 tells a script that the command was not understood.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    console.error(`catchment: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
