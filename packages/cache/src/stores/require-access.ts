import { expectIfAny, expectObject, expectText } from '@cellshed/expected';
import { accessProblemAt, isRedisUrl } from '@cellshed/redis';
import { withoutPassword } from '@cellshed/telling';
import { storeUrls } from '../open-store.ts';

/**
 * Throws a sentence that names the setting if a Redis among the stores refuses the user or the
 * password, or has a certificate that is not trusted. `urls` has the URLs of stores, as `openStore`
 * takes them, by the names of settings. A Redis that is away may be back later, and is no problem.
 */
export async function requireAccess(
  urls: Readonly<Record<string, string | undefined>>,
  connectMilliseconds = 2000,
): Promise<void> {
  expectObject('the URLs of requireAccess', urls);
  const named = Object.entries(urls).flatMap(([name, url]) => {
    expectIfAny(`${name} of requireAccess`, url, expectText);
    return storeUrls(url ?? 'memory:')
      .filter(isRedisUrl)
      .map((one) => ({ name, url: one }));
  });
  if (named.length === 0) return;
  const library = await import('ioredis');
  await Promise.all(
    named.map(async ({ name, url }) => {
      const found = await accessProblemAt(library, url, connectMilliseconds);
      const who = found?.who === 'Sentinel' ? 'a Sentinel of the Redis' : 'the Redis';
      if (found) throw new Error(`${who} at ${withoutPassword(url)} ${found.problem} (${name})`);
    }),
  );
}
