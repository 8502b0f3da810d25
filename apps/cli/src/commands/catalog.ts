import { Command } from 'commander';
import { catalogLsCommand } from './catalog-ls.ts';
import { catalogShowCommand } from './catalog-show.ts';

/** `catchment catalog`: looks at what the catalog names. */
export function catalogCommand(): Command {
  const command = new Command('catalog').description('look at what the catalog names: ls, show');
  command.addCommand(catalogLsCommand().exitOverride());
  command.addCommand(catalogShowCommand().exitOverride());
  return command;
}
