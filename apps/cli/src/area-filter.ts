/** Which areas of a table are meant. */
export interface AreaFilter {
  /** The same for filters that were written with other spaces, quotes or cases of the words. */
  readonly text: string;
  matches(id: string): boolean;
}

/** What `areaFilter` takes, for the help of a command. */
export const areaFilterHelp =
  "terms joined by AND: id LIKE '9901%' (% is any text, _ any character), id NOT LIKE …, id = X, id != X, id IN (X, Y)";

/**
 * Reads `id LIKE '9901%' AND id != 990101010101` and the like: terms joined by AND, each `id LIKE`,
 * `id NOT LIKE`, `id =`, `id !=` or `id IN (…)`. The words may be in any case. Values need quotes
 * (single or double, doubled to stand for themselves) only where they hold spaces or signs, or are
 * one of the words. Ids are compared by case; `%` is any text, `_` any one character. It is a
 * predicate in this process: nothing of it is ever given to a database.
 *
 * Throws a `RangeError` with one sentence that names the position, from 1, where it is something
 * else.
 */
export function areaFilter(text: string): AreaFilter {
  const tokens = tokenReader(readTokens(text));
  const terms = [readTerm(tokens)];
  while (tokens.accept('AND')) terms.push(readTerm(tokens));
  tokens.expect('', 'AND or the end');
  return {
    text: terms.map((term) => term.text).join(' AND '),
    matches: (id) => terms.every((term) => term.matches(id)),
  };
}

interface Token {
  readonly kind: 'plain' | 'quoted';
  /** A word, a value or a sign; empty at the end. */
  readonly text: string;
  /** From 1. */
  readonly position: number;
}

type TokenReader = ReturnType<typeof tokenReader>;

const words = ['ID', 'AND', 'NOT', 'LIKE', 'IN'];
const signs = ['!=', '=', '(', ',', ')', '<', '>', ';', '!'];

function readTerm(tokens: TokenReader): AreaFilter {
  tokens.expect('ID', 'id');
  if (tokens.accept('=')) {
    const value = tokens.value();
    return { text: `id = ${quoted(value)}`, matches: (id) => id === value };
  }
  if (tokens.accept('!=')) {
    const value = tokens.value();
    return { text: `id != ${quoted(value)}`, matches: (id) => id !== value };
  }
  if (tokens.accept('IN')) {
    const values = readList(tokens);
    return { text: `id IN (${[...values].map(quoted).join(', ')})`, matches: (id) => values.has(id) };
  }
  if (tokens.accept('NOT')) {
    tokens.expect('LIKE', 'LIKE');
    const pattern = tokens.value();
    const expression = likeExpression(pattern);
    return { text: `id NOT LIKE ${quoted(pattern)}`, matches: (id) => !expression.test(id) };
  }
  tokens.expect('LIKE', 'LIKE, NOT LIKE, =, != or IN');
  const pattern = tokens.value();
  const expression = likeExpression(pattern);
  return { text: `id LIKE ${quoted(pattern)}`, matches: (id) => expression.test(id) };
}

function readList(tokens: TokenReader): ReadonlySet<string> {
  tokens.expect('(', '"("');
  const values = new Set([tokens.value()]);
  while (tokens.accept(',')) values.add(tokens.value());
  tokens.expect(')', '"," or ")"');
  return values;
}

function likeExpression(pattern: string): RegExp {
  const parts = Array.from(pattern.replace(/%+/g, '%'), (character) => {
    if (character === '%') return '.*';
    if (character === '_') return '.';
    return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 'su');
}

function tokenReader(tokens: readonly Token[]) {
  let at = 0;
  const isNext = (wanted: string) => {
    const token = tokens[at];
    return token?.kind === 'plain' && token.text.toUpperCase() === wanted;
  };
  const accept = (wanted: string) => {
    const found = isNext(wanted);
    if (found) at += 1;
    return found;
  };
  return {
    accept,
    expect: (wanted: string, sentence: string): void => {
      if (!accept(wanted)) throw unexpected(sentence, tokens[at] as Token);
    },
    value: (): string => {
      const token = tokens[at] as Token;
      if (words.some(isNext)) throw unexpected('a value (one of the words needs quotes)', token);
      if (signs.some(isNext) || isNext('')) throw unexpected('a value', token);
      at += 1;
      return token.text;
    },
  };
}

const tokenExpression = /(?<plain>!=|[=(),<>;!]|[^\s'"=(),<>;!]+)|'(?<single>(?:[^']|'')*)'|"(?<double>(?:[^"]|"")*)"/y;

function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; ; at = tokenExpression.lastIndex) {
    at += (/^\s*/.exec(text.slice(at)) as RegExpExecArray)[0].length;
    if (at === text.length) return [...tokens, { kind: 'plain', text: '', position: at + 1 }];
    tokenExpression.lastIndex = at;
    const groups = tokenExpression.exec(text)?.groups as Partial<Record<string, string>> | undefined;
    if (!groups)
      throw unexpected('a closing quote after the one', { kind: 'plain', text: text.slice(at), position: at + 1 });
    const { plain, single, double = '' } = groups;
    const content = single?.replaceAll("''", "'") ?? double.replaceAll('""', '"');
    const token = plain === undefined ? { kind: 'quoted', text: content } : { kind: 'plain', text: plain };
    tokens.push({ ...(token as Omit<Token, 'position'>), position: at + 1 });
  }
}

function unexpected(wanted: string, { kind, text, position }: Token): RangeError {
  const found = kind === 'plain' && text === '' ? 'it ends there' : `found ${JSON.stringify(text.slice(0, 60))}`;
  return new RangeError(`expected ${wanted} at position ${position}, but ${found}`);
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
