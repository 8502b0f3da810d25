import { type Command, InvalidArgumentError } from 'commander';
import { catalogPath } from './catalog-path.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ServingOptions {
  readonly catalog?: string | undefined;
  readonly port?: string;
}

/** Adds the option by which a command is given its catalog. */
export function catalogOption(command: Command): Command {
  return command.option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)');
}

/** Adds the options of `ServingOptions` to a command that listens. */
export function servingOptions(command: Command): Command {
  return catalogOption(command).option(
    '--port <number>',
    'the port on which it listens; 0 takes a free one (default: PORT, else 8080)',
    parsePort,
  );
}

/** The environment with what the options say in place of its own. */
export function servingEnvironment({ catalog, port }: ServingOptions, env: Environment): Environment {
  return { ...env, CATCHMENT_CATALOG: catalogPath(catalog, env), ...(port !== undefined && { PORT: port }) };
}

function parsePort(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535');
}
