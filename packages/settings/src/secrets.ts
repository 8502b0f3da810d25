import { secretsInUrls } from '@cellshed/telling';

/** The names of variables whose values are secrets: Catchment's own, and those of libraries. */
const secretNames = /PASSWORD|SECRET|TOKEN|ACCESS_KEY|API_KEY$|CREDENTIALS$/;

/**
 * The secrets of an environment, which no log may have: values of variables that are named so, and
 * the passwords in URLs of all others.
 */
export function secretsIn(env: Readonly<Record<string, string | undefined>>): string[] {
  const all = Object.entries(env).flatMap(([name, value = '']) => {
    if (/HEADERS$/.test(name)) return [value, ...value.split(',').map((one) => one.slice(one.indexOf('=') + 1))];
    return secretNames.test(name) ? [value] : secretsInUrls(value);
  });
  return [...new Set(all.filter((one) => one !== ''))];
}
