import { secretsIn, version } from '@cellshed/settings';
import { secretHider } from '@cellshed/telling';
import { Command, CommanderError } from 'commander';
import { exitCodeHelp, exitCodes, NotUnderstood } from './exit-codes.ts';
import { missingSettings } from './options/environment.ts';
import { withAdvice } from './text/advice.ts';
import { mendHelp } from './text/help-output.ts';
import { sayProblem } from './text/say.ts';
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
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  key: async () => (await import('./commands/key.ts')).keyCommand(),
  cache: async () => (await import('./commands/cache.ts')).cacheCommand(),
  tally: async () => (await import('./commands/tally/tally.ts')).tallyCommand(),
  completion: async () => (await import('./commands/completion.ts')).completionCommand(),
};

/** The heads under which the help lists commands. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Your data:': ['init', 'catalog'],
  'Answers:': ['count', 'table', 'request'],
  'A service:': ['serve', 'gateway', 'worker', 'status', 'doctor', 'key', 'demo'],
  'Its cache:': ['warm', 'precompute', 'load', 'invalidate', 'cache', 'tally'],
};

const [named = ''] = process.argv.slice(2);
const isAlone = Object.hasOwn(commands, named) && named !== 'completion';
const wanted = isAlone ? [named] : Object.keys(commands);

// Readers may stop at any time (`| head`), and a disk may be full. `writeOut` also tells a command
// that writes much.
let unwritten: Error | undefined;
process.stdout.on('error', (error) => {
  if (!isReaderGone(error)) unwritten ??= error;
});
process.on('exit', () => {
  if (!unwritten) return;
  sayProblem(unwrittenText(unwritten));
  process.exitCode = exitCodes.couldNotRun;
});

try {
  Object.assign(process.env, await missingSettings(named, process.env));
  const program = new Command('catchment')
    .description('How many cells of each kind lie inside this area?')
    .version(version)
    .addHelpText(
      'after',
      `
Example (of the sample, which \`npm run demo\` makes):
  catchment count huc12/990101010101 landcover

See \`catchment help COMMAND\` for examples of each command.

${exitCodeHelp}`,
    )
    .exitOverride();
  for (const name of wanted) {
    const command = (await commands[name]!()).exitOverride();
    const group = Object.keys(groups).find((head) => groups[head]?.includes(name));
    program.addCommand(group ? command.helpGroup(group) : command);
  }
  mendHelp(program);
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // It has said what is wrong; 2 tells a script that the command was not understood.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.notUnderstood;
  } else if (!unwritten || ![error, (error as Error).cause].includes(unwritten)) {
    const message = error instanceof Error ? error.message : String(error);
    sayProblem(secretHider(secretsIn(process.env))(withAdvice(message)));
    process.exitCode = error instanceof NotUnderstood ? exitCodes.notUnderstood : exitCodes.couldNotRun;
  }
}
