/** Whether the source of an area table is a database. */
export function isDatabase(source: string): boolean {
  return /^postgres(ql)?:[/][/]/i.test(source);
}

/**
 * A database's URL without password and parameters. Undefined for a text that is no URL, and for a
 * URL whose password needs percent signs to be recognized.
 */
export function databasePlace(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, username, host, pathname, search, hash } = new URL(url);
  if (`${pathname}${search}${hash}`.includes('@')) return undefined;
  return `${protocol}//${username}${username && '@'}${host}${pathname}`;
}
