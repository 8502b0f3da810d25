import { Command } from 'commander';
import { catalogShowCommand } from './catalog-show.ts';

/** `catchment catalog`: looks at what the catalog names. */
export function catalogCommand(): Command {
  const command = new Command('catalog').description('look at what the catalog names: show');
  command.addCommand(catalogShowCommand().exitOverride());
  return command;
}
