import { execFileSync } from 'node:child_process';

/**
 * The commands in the shell blocks of a page, in their order: continued lines, those within quotes,
 * and lines with what they read are one.
 */
export function shellCommands(markdown: string): string[] {
  const blocks = markdown.matchAll(/^```sh\n(.*?)^```$/gms);
  return Array.from(blocks, ([, block = '']) => commandsOf(block)).flat();
}

function commandsOf(block: string): string[] {
  const commands: string[] = [];
  const lines = block.trimEnd().split('\n').values();
  for (const line of lines) {
    let command = line;
    const end = /<<'?(\w+)'?$/.exec(line)?.[1];
    while (command.endsWith('\\') || (end === undefined ? isInQuotes(command) : !command.endsWith(`\n${end}`))) {
      const { value, done } = lines.next();
      if (done) throw new Error(`the block ends within the command ${JSON.stringify(line)}`);
      command += `\n${value}`;
    }
    if (command.trim() !== '') commands.push(command);
  }
  return commands;
}

/** Whether a command ends within quotes; those of comments are none. */
function isInQuotes(command: string): boolean {
  return command.replaceAll(/ +# .*$/gm, '').split("'").length % 2 === 0;
}

/** The words of a simple command, as a shell reads them. */
export function shellWords(command: string): string[] {
  const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}
