import { Command, CommanderError } from 'commander';
import { missingSettings } from './options/environment.ts';
import { withAdvice } from './text/advice.ts';
import { helpText, mendHelp } from './text/help-output.ts';
import { isReaderGone, unwrittenText } from './text/stdout.ts';

/** Loaded one by one: a worker has no use for what a gateway needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).initCommand(),
  count: async () => (await import('./commands/count.ts')).countCommand(),
  request: async () => (await import('./commands/request.ts')).requestCommand(),
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  gateway: async () => (await import('./commands/gateway.ts')).gatewayCommand(),
  worker: async () => (await import('./commands/worker.ts')).workerCommand(),
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  catalog: async () => (await import('./commands/catalog.ts')).catalogCommand(),
  table: async () => (await import('./commands/table.ts')).tableCommand(),
  warm: async () => (await import('./commands/warm.ts')).warmCommand(),
  precompute: async () => (await import('./commands/precompute.ts')).precomputeCommand(),
  load: async () => (await import('./commands/load.ts')).loadCommand(),
  invalidate: async () => (await import('./commands/invalidate.ts')).invalidateCommand(),
  key: async () => (await import('./commands/key.ts')).keyCommand(),
  cache: async () => (await import('./commands/cache.ts')).cacheCommand(),
  tally: async () => (await import('./commands/tally/tally.ts')).tallyCommand(),
};

const [named = ''] = process.argv.slice(2);
const wanted = Object.hasOwn(commands, named) ? [named] : Object.keys(commands);

// Readers may stop at any time (`| head`), and a disk may be full. `writeOut` also tells a command
// that writes much.
let unwritten: Error | undefined;
process.stdout.on('error', (error) => {
  if (!isReaderGone(error)) unwritten ??= error;
});
process.on('exit', () => {
  if (!unwritten) return;
  console.error(`catchment: ${unwrittenText(unwritten)}`);
  process.exitCode = 1;
});

try {
  Object.assign(process.env, await missingSettings(named, process.env));
  const program = new Command('catchment')
    .description('How many cells of each kind lie inside this area?')
    .version('0.1.0')
    .addHelpText(
      'after',
      '\nExample (of the sample, which `npm run demo` makes):\n  catchment count huc12/990101010101 landcover\n\nSee `catchment help COMMAND` for examples of each command.',
    )
    .exitOverride();
  for (const name of wanted) program.addCommand((await commands[name]!()).exitOverride());
  mendHelp(program);
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // It has said what is wrong; 2 tells a script that the command was not understood.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else if (!unwritten || ![error, (error as Error).cause].includes(unwritten)) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(helpText(`catchment: ${withAdvice(message)}`, process.stderr.columns));
    process.exitCode = 1;
  }
}
