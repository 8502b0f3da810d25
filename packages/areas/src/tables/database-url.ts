/** Whether the source of an area table is a database, not a file. */
export function isDatabase(source: string): boolean {
  return /^postgres(ql)?:[/][/]/i.test(source);
}

/**
 * What of a database's URL may be shown: neither password nor parameters. Undefined where it is no
 * URL, or one whose password would have to be written with percent signs to be told from the rest.
 */
export function databasePlace(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, host, pathname, search, hash } = new URL(url);
  if (`${pathname}${search}${hash}`.includes('@')) return undefined;
  return `${protocol}//${username}${username && '@'}${host}${pathname}`;
}
