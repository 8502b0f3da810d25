/**
 * The line that sends a command to the Redis of a URL. A password is not in it: it asks for one.
 * Clusters and Sentinels have several servers, which whoever types it has to name.
 */
export function redisCliLine(url: string, command: string): string {
  if (!/^rediss?:/.test(url)) return `redis-cli -h SERVER ${command}`;
  const { protocol, hostname, port, username, password } = new URL(url);
  const words = [
    ...['redis-cli', '-h', hostname.replace(/^\[(.*)\]$/, '$1'), '-p', port || '6379'],
    ...(protocol === 'rediss:' ? ['--tls'] : []),
    ...(username === '' ? [] : ['--user', decodeURIComponent(username)]),
    ...(password === '' ? [] : ['--askpass']),
  ];
  return [...words, command].join(' ');
}
