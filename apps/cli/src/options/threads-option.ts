import { type Command, InvalidArgumentError } from 'commander';

/** Adds the option `--threads` to a command that counts on this machine. */
export function threadsOption(command: Command): Command {
  return command.option(
    '--threads <number>',
    'threads that count (default: COUNT_THREADS, else one per processor)',
    parseThreads,
  );
}

function parseThreads(text: string): number {
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return threads;
  throw new InvalidArgumentError('expected a whole number from 1 to 1024');
}
