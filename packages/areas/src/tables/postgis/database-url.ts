/** Whether the source of an area table is a database. */
export function isDatabase(source: string): boolean {
  return /^postgres(ql)?:[/][/]/i.test(source);
}

/**
 * A database's URL without password and parameters. Undefined for a text that is no URL, and for a
 * URL whose password needs percent signs to be recognized.
 */
export function databasePlace(url: string): string | undefined {
  const urls = hostUrls(url);
  const [first] = urls;
  if (!first || urls.length !== hostsOf(url).length) return undefined;
  const { protocol, username, pathname, search, hash } = first;
  if (`${pathname}${search}${hash}`.includes('@')) return undefined;
  return `${protocol}//${username}${username && '@'}${urls.map(({ host }) => host).join()}${pathname}`;
}

/** The URLs of the hosts of a database, which one URL may list with commas between. */
export function hostUrls(url: string): readonly URL[] {
  const [, before = '', , after = ''] = parts.exec(url) ?? [];
  return hostsOf(url)
    .map((host) => URL.parse(`${before}${host}${after}`))
    .filter((one) => one !== null);
}

/** The parts of a URL: before its hosts, the hosts, and behind them. */
const parts = /^([a-z]+:[/][/](?:[^/?#]*@)?)([^/?#]*)(.*)$/is;

function hostsOf(url: string): readonly string[] {
  return parts.exec(url)?.[2]?.split(',') ?? [];
}
