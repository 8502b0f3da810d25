import { Argument, Command } from 'commander';
import { completionScripts } from '../completion/shells.ts';
import { commandWords } from '../completion/words.ts';
import { writeOut } from '../text/stdout.ts';

/** `catchment completion`: a script that completes commands and options in a shell. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('print the script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(completionScripts)))
    .addHelpText(
      'after',
      `
Example, for this terminal:
  source <(catchment completion bash)
  source <(catchment completion zsh)
  catchment completion fish | source

Put the line into ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish for all terminals.`,
    )
    .action(async (shell: keyof typeof completionScripts, _options: object, command: Command) => {
      const program = command.parent as Command;
      await writeOut(completionScripts[shell](program.name(), commandWords(program)));
    });
}
