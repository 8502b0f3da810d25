/** Ways in which texts have secrets, and what is left of them. */
const patterns: readonly (readonly [RegExp, string | ((...found: string[]) => string)])[] = [
  // The password of a URL, or a user that may be one. It may have any character, so the last `@`
  // ends it. Paths of files in stacks have `@`, too.
  [
    /(\b(?!file:)[a-z][a-z0-9+.-]*:\/\/)(?:([^:@/\s"]+:)|[^\s"])[^\s"]*@/gi,
    (_, scheme = '', user = '') => `${scheme}${user}…@`,
  ],
  // The query of a URL, which may be signed. The names of its members are left.
  [/(\b[a-z][a-z0-9+.-]*:[^\s"?]*\?)([^\s"]*=[^\s"]*)/gi, (_, url = '', query = '') => `${url}${namesIn(query)}`],
  [/\b(\w*(?:password|passwd|secret|token|credential|signature|access_?key(?:_?id)?)=)[^\s"&]+/gi, '$1…'],
  [/\b(bearer|basic) +[\w.~+/-]{16,}=*/gi, '$1 …'],
  // A key of the API. Its first part is its id, by which operators know it.
  [/\b(catchment_[0-9a-f]{12})_[\w-]{43}/g, '$1_…'],
];

function namesIn(query: string): string {
  const names = query.split('&').map((member) => /^[^=]*=/.exec(member)?.[0] ?? '');
  return names.map((name) => `${name}…`).join('&');
}

/** A text that has none of these words has nothing that the patterns hide. */
const words = '\\?|://|=|bearer|basic|catchment_';

/** The least characters of a secret that is looked for: less would hide parts of other words. */
const leastCharacters = 6;

/**
 * Makes a function that hides secrets in texts, such as lines of a log: those that are given, also
 * as JSON and URLs write them, and whatever looks like a password in a URL, a query, or a key.
 */
export function secretHider(secrets: readonly string[]): (text: string) => string {
  const long = secrets.filter(({ length }) => length >= leastCharacters);
  const written = long.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  // The longest one first: another may be a part of it.
  const known = [...new Set(written)].toSorted((a, b) => b.length - a.length).map(literal);
  const suspect = new RegExp([words, ...known].join('|'), 'i');
  const all = known.length > 0 ? new RegExp(known.join('|'), 'g') : undefined;
  return (text) => {
    if (!suspect.test(text)) return text;
    const hidden = all ? text.replace(all, '…') : text;
    return patterns.reduce((rest, [pattern, left]) => rest.replace(pattern, left as string), hidden);
  };
}

/** The pattern of a text alone. */
function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
