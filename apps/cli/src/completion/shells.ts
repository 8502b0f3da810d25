import type { CommandWords, OptionWord } from './words.ts';

/** The script by which a shell completes a program's commands. */
type Script = (program: string, all: readonly CommandWords[]) => string;

/** The scripts by the names of shells. */
export const completionScripts: Readonly<Record<'bash' | 'zsh' | 'fish', Script>> = { bash, zsh, fish };

function bash(program: string, all: readonly CommandWords[]): string {
  const values = valueOptions(all).map(({ places, values }) => `    ${places}) words=${quoted(values.join(' '))} ;;`);
  const lists = all.map((words) => `        ${quoted(pathText(words))}) words=${quoted(plainWords(words))} ;;`);
  return `# Completes the words of ${program}: source <(${program} completion bash)
_${program}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} path='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${pathPattern(all)}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path|$previous" in
${values.join('\n')}
    *)
      case "$path" in
${lists.join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${program} ${program}
`;
}

function zsh(program: string, all: readonly CommandWords[]): string {
  const described = ({ word, description }: OptionWord | CommandWords['commands'][number]) =>
    quoted(`${word}:${description.replaceAll(':', '\\:')}`);
  const values = valueOptions(all).map(({ places, values }) => {
    const completed = values.length > 0 ? `compadd -- ${values.map(quoted).join(' ')}` : '_files';
    return `    ${places}) ${completed}; return ;;`;
  });
  const lists = all.map(
    (words) =>
      `    ${quoted(pathText(words))}) list=(${[...words.commands, ...words.options].map(described).join(' ')}) ;;`,
  );
  return `#compdef ${program}
# Completes the words of ${program}: source <(${program} completion zsh)
_${program}() {
  local place='' word
  local -a list
  for word in \${words[2,CURRENT-1]}; do
    case "$place $word" in
      ${pathPattern(all)}) place="$place $word" ;;
    esac
  done
  case "$place|\${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  case "$place" in
${lists.join('\n')}
  esac
  [[ -z \${words[CURRENT]} || \${words[CURRENT]} != -* ]] && _files
  _describe 'word' list
}
compdef _${program} ${program}
`;
}

function fish(program: string, all: readonly CommandWords[]): string {
  const lines = all.flatMap((words) => {
    const where = `__${program}_at ${words.path.map(quoted).join(' ')}`.trim();
    const line = (rest: string) => `complete -c ${program} -n ${quoted(where)} ${rest}`;
    return [
      ...words.commands.map(({ word, description }) => line(`-f -a ${quoted(word)} -d ${quoted(description)}`)),
      ...words.options.map(({ word, description, values }) => {
        const takes = values === undefined ? '' : values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ' -r -F';
        return line(`-l ${word.slice(2)}${takes} -d ${quoted(description)}`);
      }),
    ];
  });
  return `# Completes the words of ${program}: ${program} completion fish | source
function __${program}_at
    set -l place
    for word in (commandline -opc)[2..-1]
        contains -- "$place $word" ${all.map((words) => quoted(pathText(words))).join(' ')}
        and set place "$place $word"
    end
    test (string trim -- "$place") = "$argv"
end
${lines.join('\n')}
`;
}

/** The path of a command as the scripts build it: a space before each of its words. */
function pathText({ path }: CommandWords): string {
  return path.map((word) => ` ${word}`).join('');
}

/** A shell's pattern of all paths that have words. */
function pathPattern(all: readonly CommandWords[]): string {
  return all
    .filter(({ path }) => path.length > 0)
    .map((words) => quoted(pathText(words)))
    .join('|');
}

/**
 * The values that options take, each once; and a shell's pattern of the places of these options:
 * the command's path and the option.
 */
function valueOptions(all: readonly CommandWords[]) {
  const options = all.flatMap((words) =>
    words.options.flatMap(({ word, values }) =>
      values === undefined ? [] : [{ place: quoted(`${pathText(words)}|${word}`), values }],
    ),
  );
  const byValues = Map.groupBy(options, ({ values }) => values.join(' '));
  return Array.from(byValues.values(), (some) => ({
    places: some.map(({ place }) => place).join('|'),
    values: some[0]?.values ?? [],
  }));
}

function plainWords({ commands, options }: CommandWords): string {
  return [...commands, ...options].map(({ word }) => word).join(' ');
}

/** A word in quotes for any of these shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
