import { Command } from 'commander';
import { tallyDropCommand } from './tally-drop.ts';
import { tallyLsCommand } from './tally-ls.ts';
import { tallyBuildCommand, tallyVerifyCommand } from './tally-work.ts';

/** `catchment tally`: what whole tiles come to, kept so that their cells are not counted again. */
export function tallyCommand(): Command {
  const command = new Command('tally').description('keep what whole tiles come to: build, ls, verify, drop');
  for (const one of [tallyBuildCommand, tallyLsCommand, tallyVerifyCommand, tallyDropCommand])
    command.addCommand(one().exitOverride());
  return command;
}
