import type { Command, Option } from 'commander';

/** The words that may follow a command. */
export interface CommandWords {
  /** The words of the command after the program's name; empty for the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly Word[];
  readonly options: readonly OptionWord[];
}

export interface Word {
  readonly word: string;
  /** One line. */
  readonly description: string;
}

export interface OptionWord extends Word {
  /** The values to choose from; undefined: it takes none; empty: any text, such as a file. */
  readonly values: readonly string[] | undefined;
}

/** The words of a program and of all commands beneath it. */
export function commandWords(command: Command, path: readonly string[] = []): CommandWords[] {
  const beneath = command.createHelp().visibleCommands(command);
  const own: CommandWords = {
    path,
    commands: beneath.map((one) => ({ word: one.name(), description: oneLine(one.description()) })),
    options: command.createHelp().visibleOptions(command).flatMap(optionWord),
  };
  return [own, ...command.commands.flatMap((one) => commandWords(one, [...path, one.name()]))];
}

function optionWord({ long, description, argChoices, required, optional }: Option): OptionWord[] {
  const values = required || optional ? (argChoices ?? []) : undefined;
  return long ? [{ word: long, description: oneLine(description), values }] : [];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
