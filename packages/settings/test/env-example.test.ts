import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { readSettings, SettingsError, type VariableName, variables } from '@cellshed/settings';

const names = Object.keys(variables) as VariableName[];
const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
const lines = new Map(
  [...example.matchAll(/^(# ?)([A-Z_]+)=(.*)$/gm)].map(([, hash, name, value]) => [name, { hash, value }]),
);

it('.env.example names every variable', () => {
  expect(names.filter((name) => !lines.has(name))).toEqual([]);
});

it('.env.example sets nothing: a copy of it changes nothing', () => {
  expect(Object.keys(parseEnv(example))).toEqual([]);
});

it('.env.example shows as examples what has no default', () => {
  const examples = names.filter((name) => lines.get(name)?.hash === '# ');
  expect(examples.length).toBeGreaterThan(0);
  for (const name of examples) expect(() => readSettings({}, [name])).toThrow(`${name} is not set`);
});

it('.env.example shows the defaults that are used', () => {
  const machineDependent = 'COUNT_THREADS';
  for (const name of names.filter((one) => one !== machineDependent && lines.get(one)?.hash === '#')) {
    expect([name, String(readSettings({}, [name])[name] ?? '')]).toEqual([name, lines.get(name)?.value]);
  }
});

it('what has no default is demanded, all at once, and said with what it is for', () => {
  const read = () => readSettings({ PORT: '80a' }, ['QUEUE_REDIS_URL', 'PORT', 'CACHE_URL']);
  expect(read).toThrow(SettingsError);
  expect(read).toThrow(
    /QUEUE_REDIS_URL is not set .*\n.*PORT is "80a", expected a whole number from 0 to 65535.*\n.*CACHE_URL is not set/,
  );
});

it('a wrong Redis URL is shown without its password', () => {
  expect(() => readSettings({ QUEUE_REDIS_URL: 'http://user:secret@host' }, ['QUEUE_REDIS_URL'])).toThrow(
    /^(?!.*secret)/,
  );
});

it('a secret that is short, or that no header can carry, is refused without showing it', () => {
  const read = (ADMIN_TOKEN: string) => () => readSettings({ ADMIN_TOKEN }, ['ADMIN_TOKEN']);
  expect(read('only15character')).toThrow(
    /^ADMIN_TOKEN has 15 characters, expected at least 16 \(Token of the operator/,
  );
  expect(read('only15character')).not.toThrow(/only15/);
  expect(read('sixteen letters!')).toThrow(/^ADMIN_TOKEN has spaces/);
  expect(read('sixteen-letters!')()).toEqual({ ADMIN_TOKEN: 'sixteen-letters!' });
  expect(readSettings({}, ['ADMIN_TOKEN'])).toEqual({ ADMIN_TOKEN: undefined });
});

it('a password of the admin pages has twelve characters or more, of whatever kind', () => {
  const read = (ADMIN_PASSWORD: string) => () => readSettings({ ADMIN_PASSWORD }, ['ADMIN_PASSWORD']);
  expect(read('elevenchars')).toThrow(/^ADMIN_PASSWORD has 11 characters, expected at least 12 \(Password/);
  expect(read('elevenchars')).not.toThrow(/elevenchars/);
  expect(read('dreizehn für 4')()).toEqual({ ADMIN_PASSWORD: 'dreizehn für 4' });
});

it('where clients reach the gateway is a URL without anything that a link cannot begin with', () => {
  const read = (PUBLIC_URL: string) => () => readSettings({ PUBLIC_URL }, ['PUBLIC_URL']);
  for (const fine of ['https://example.org', 'http://localhost:8080/catchment/'])
    expect(read(fine)()).toEqual({ PUBLIC_URL: fine });
  for (const wrong of ['example.org', 'ftp://example.org', 'https://me:pw@example.org', 'https://example.org/?a', '/a'])
    expect(read(wrong)).toThrow(/^PUBLIC_URL is ".*", expected http/);
  const hosts = (ALLOWED_HOSTS: string) => () => readSettings({ ALLOWED_HOSTS }, ['ALLOWED_HOSTS']);
  expect(hosts('a.example, b.example:80,[::1]:8080')()).toEqual({
    ALLOWED_HOSTS: 'a.example, b.example:80,[::1]:8080',
  });
  for (const wrong of ['https://a.example', 'a.example/path', '*', 'a,,b'])
    expect(hosts(wrong)).toThrow(/^ALLOWED_HOSTS/);
});

it('a map of another server is a style, or tiles with all three places', () => {
  const read = (BASE_MAP_URL: string) => () => readSettings({ BASE_MAP_URL }, ['BASE_MAP_URL']);
  for (const fine of ['https://a.example/{z}/{x}/{y}.png?key=1', 'http://localhost:3000/style.json'])
    expect(read(fine)()).toEqual({ BASE_MAP_URL: fine });
  for (const wrong of [
    'a.example/{z}/{x}/{y}',
    'ftp://a.example/style',
    'https://a.example/{z}/{x}',
    'https://me:pw@a.example/s',
  ])
    expect(read(wrong)).toThrow(/^BASE_MAP_URL is ".*", expected http/);
});

it('sites whose pages may ask are any, none, or origins as browsers name them', () => {
  const read = (CORS_ORIGINS: string) => () => readSettings({ CORS_ORIGINS }, ['CORS_ORIGINS']);
  expect(readSettings({}, ['CORS_ORIGINS'])).toEqual({ CORS_ORIGINS: '*' });
  for (const fine of ['*', 'none', 'https://a.example', 'https://a.example, http://localhost:3000'])
    expect(read(fine)()).toEqual({ CORS_ORIGINS: fine });
  for (const wrong of ['a.example', 'https://a.example/', 'https://A.example', '*, https://a.example', 'null', 'a,,b'])
    expect(read(wrong)).toThrow(/^CORS_ORIGINS has ".*", expected \*, none, or origins/);
});

it('proxies are trusted by their addresses alone', () => {
  const read = (TRUST_PROXY: string) => () => readSettings({ TRUST_PROXY }, ['TRUST_PROXY']);
  for (const fine of ['127.0.0.1', '10.0.0.0/8, loopback', '::1,fd00::/8', 'uniquelocal'])
    expect(read(fine)()).toEqual({ TRUST_PROXY: fine });
  for (const wrong of ['true', '1', '*', 'proxy.example', '10.0.0.0/33', '10.0.0.0/0', '10.0.0.1/8/9', 'loopback,'])
    expect(read(wrong)).toThrow(/^TRUST_PROXY has "/);
});
