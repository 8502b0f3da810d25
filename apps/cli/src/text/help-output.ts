import type { Command } from 'commander';
import { asTyped } from './as-typed.ts';
import { styled } from './styled.ts';
import { wrappedText } from './wrapped.ts';

/**
 * Makes the command, and all beneath it, write help for its terminal, and name the help after each
 * misunderstanding.
 */
export function mendHelp(command: Command): void {
  command.configureHelp({
    // Narrower terminals get descriptions that are not wrapped.
    minWidthToWrap: 20,
    // Arguments, which a command's own help shows, would leave no room to the descriptions.
    subcommandTerm: (subcommand) => subcommand.name(),
    // The usage is found by its first word (`asTyped`).
    styleTitle: (title) => (title === 'Usage:' ? title : styled('head', title)),
    styleSubcommandTerm: (term) => styled('command', term),
    styleOptionTerm: (term) => styled('command', term),
    styleArgumentTerm: (term) => styled('command', term),
  });
  command.configureOutput({
    writeOut: (text) => process.stdout.write(helpText(text, process.stdout.columns)),
    writeErr: (text) => process.stderr.write(helpText(text, process.stderr.columns)),
    // The errors that a command itself finds begin with the program's name.
    outputError: (text, write) => write(text.startsWith('error: ') ? misunderstood(command, text) : text),
  });
  for (const one of command.commands) mendHelp(one);
}

/**
 * Help, or a message, as the command is typed and a terminal shows it: sentences are wrapped at
 * words, examples stay whole.
 */
export function helpText(text: string, width = Number.POSITIVE_INFINITY): string {
  const lines = asTyped(text).split('\n');
  return lines.map((line) => (line.startsWith(' ') ? line : wrappedText(line, width))).join('\n');
}

function misunderstood(command: Command, text: string): string {
  const problem = styled('problem', 'error:', process.stderr);
  return `${problem}${text.slice('error:'.length)}${whereHelpIs(command)}\n`;
}

/**
 * Such as ``See `catchment help count`.``, or for commands beneath commands ``See `catchment cache
 * ls --help`.``
 */
function whereHelpIs(command: Command): string {
  const names: string[] = [];
  for (let one: Command | null = command; one; one = one.parent) names.unshift(one.name());
  const [program, ...path] = names;
  return `See \`${path.length > 1 ? [...names, '--help'].join(' ') : [program, 'help', ...path].join(' ')}\`.`;
}
