import { isIP } from 'node:net';
import { isRedisUrl, redisAddress } from '@cellshed/redis';
import { withoutPassword } from '@cellshed/telling';
import { EnvError, makeExactValidator, makeValidator, type ValidatorSpec } from 'envalid';

export const redisUrl = makeValidator((input) => {
  if (!isRedisUrl(input))
    throw new EnvError(`is "${withoutPassword(input)}", expected ${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`);
  try {
    redisAddress(input);
  } catch (error) {
    throw new EnvError(`is "${withoutPassword(input)}": ${(error as Error).message}`);
  }
  return input;
});

const forms = [
  ...['redis://host:port', 'rediss://host:port'],
  ...['redis-cluster://host:port,host:port', 'redis-sentinel://host:port,host:port/name'],
];

export function text(spec: { default?: string | undefined; desc: string }) {
  return makeExactValidator<string>((input) => {
    if (input === '') throw new EnvError('is empty');
    return input;
  })(spec as { default: string; desc: string });
}

export function optionalText({ desc }: { desc: string }) {
  return text({ default: undefined, desc }) as ValidatorSpec<string | undefined>;
}

/** Text of at least so many characters, which no message shows. */
export function long(least: number, { desc }: { desc: string }) {
  return optional(desc, (input) => {
    if (input.length < least) throw new EnvError(`has ${input.length} characters, expected at least ${least}`);
    return input;
  });
}

export function secret(least: number, { desc }: { desc: string }) {
  return optional(desc, (input) => {
    if (input.length < least) throw new EnvError(`has ${input.length} characters, expected at least ${least}`);
    if (!/^[\x21-\x7e]+$/.test(input)) throw new EnvError('has spaces or characters that are not ASCII, expected none');
    return input;
  });
}

export function publicUrl(input: string): string {
  const { protocol, username, password, search, hash } = URL.canParse(input) ? new URL(input) : ({} as Partial<URL>);
  const isPlain = [username, password, search, hash].every((part) => part === '');
  if (isPlain && (protocol === 'http:' || protocol === 'https:')) return input;
  throw new EnvError(`is "${withoutPassword(input)}", expected http(s)://host[:port][/path] and nothing else`);
}

/** A map of another server: a style, or tiles with {z}, {x} and {y} in their URL. */
export function mapUrl(input: string): string {
  const { protocol, username, password } = URL.canParse(input) ? new URL(input) : ({} as Partial<URL>);
  const isPlain = /^https?:$/.test(protocol ?? '') && username === '' && password === '';
  const places = [...input.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const isMap = places.length === 0 || places.join() === 'x,y,z';
  if (isPlain && isMap) return input;
  throw new EnvError(
    `is "${withoutPassword(input)}", expected https://host/style.json, or https://host/{z}/{x}/{y}.png with all three`,
  );
}

export function hosts(input: string): string {
  const wrong = input
    .split(',')
    .map((text) => text.trim())
    .find((one) => !/^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(one));
  if (wrong === undefined) return input;
  throw new EnvError(`has "${wrong}", expected hosts such as example.org or example.org:8080`);
}

/** Origins as browsers name them, or `*`, or `none`. */
export function origins(spec: { default: string; desc: string }) {
  return makeExactValidator<string>((input) => {
    if (input === '*' || input === 'none') return input;
    const wrong = input
      .split(',')
      .map((text) => text.trim())
      .find((one) => !URL.canParse(one) || !/^https?:/.test(one) || new URL(one).origin !== one);
    if (wrong === undefined) return input;
    throw new EnvError(`has "${withoutPassword(wrong)}", expected *, none, or origins such as https://example.org`);
  })(spec);
}

/**
 * Proxies by their addresses: a number of hops, or all there are, would let anybody say whose
 * request it is.
 */
export function trustedProxies({ desc }: { desc: string }) {
  return optional(desc, (input) => {
    for (const one of input.split(',').map((text) => text.trim())) {
      if (['loopback', 'linklocal', 'uniquelocal'].includes(one) || isAddressOrRange(one)) continue;
      throw new EnvError(
        `has "${one}", expected addresses, ranges such as 10.0.0.0/8, loopback, linklocal or uniquelocal`,
      );
    }
    return input;
  });
}

function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most > 0 && more.length === 0 && (bits === undefined || (/^[1-9]\d*$/.test(bits) && Number(bits) <= most));
}

export function optional(desc: string, parse: (input: string) => string) {
  return makeExactValidator<string>(parse)({ default: undefined, desc } as unknown as {
    default: string;
    desc: string;
  }) as ValidatorSpec<string | undefined>;
}

/** A number from 0 to 1, which may be missing. */
export function optionalShare({ desc }: { desc: string }) {
  return makeValidator((input) => {
    const number = Number(input);
    if (input.trim() === '' || !(number >= 0 && number <= 1))
      throw new EnvError(`is "${input}", expected a number from 0 to 1`);
    return number;
  })({ default: undefined, desc } as unknown as { default: number; desc: string }) as ValidatorSpec<number | undefined>;
}

/** The URL of a collector of traces. */
export function collectorUrl(input: string): string {
  if (URL.canParse(input) && /^https?:$/.test(new URL(input).protocol)) return input;
  throw new EnvError(`is "${withoutPassword(input)}", expected http://host:port or https://host`);
}

/** A whole number; without a default it may be missing. */
export function optionalWhole(least: number, most: number, { desc }: { desc: string }) {
  const spec = { default: undefined, desc } as unknown as { default: number; desc: string };
  return whole(least, most, spec) as unknown as ValidatorSpec<number | undefined>;
}

export function whole(least: number, most: number, spec: { default: number; desc: string }) {
  return makeValidator((input) => {
    const number = Number(input);
    if (input.trim() === '' || !Number.isInteger(number) || number < least || number > most) {
      throw new EnvError(`is "${input}", expected a whole number from ${least} to ${most}`);
    }
    return number;
  })(spec);
}
