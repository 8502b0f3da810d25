import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shellCommands } from './shell-commands.ts';
import { curl, furnish, openTerminal, type Served } from './terminal.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const production = readFileSync(join(root, 'docs/guides/production.md'), 'utf8');
const commands = shellCommands(readme);

/** A folder like this one, in which commands leave their files, and a service what it keeps. */
const folder = mkdtempSync(join(root, '.catchment/readme-'));
const { type, serve } = openTerminal(folder, { serveFolder: join(folder, 'kept') });

beforeAll(() => furnish(folder));
afterAll(() => rmSync(folder, { recursive: true }));

it('every command of the README works when it is typed after the ones before it, without a URL or a setting', async () => {
  let service: Served | undefined;
  const typed: string[] = [];
  for (const command of commands) {
    const plain = command.replace(/ +#.*$/, '');
    typed.push(plain.split(' ').slice(0, 3).join(' '));
    if (plain === 'npm start') {
      service = await serve(plain);
      continue;
    }
    const { code, out, err } = plain.startsWith('curl ')
      ? await curl(plain, { url: service!.url, folder })
      : await (await type(command)).ended;
    expect([plain, code, err]).toEqual([plain, 0, expect.not.stringMatching(/^catchment: /m)]);
    if (!plain.startsWith('cat ')) expect([plain, out.trim()]).not.toEqual([plain, '']);
  }
  expect((await service!.stop()).code).toBe(0);
  const kinds = ['npm run demo', 'npm start', 'curl -s localhost:8080/api/areas/huc12/990101010101/landcover_soil'];
  const commandsOf = ['init', 'request', 'count', 'table'].map((name) => `npx catchment ${name}`);
  expect(typed).toEqual(expect.arrayContaining([...kinds, ...commandsOf]));
});

it('what is said of other ways of starting works, too', async () => {
  const inline = (page: string) => Array.from(page.matchAll(/`(np[mx] [^`]+)`/g), ([, command = '']) => command);
  const [own = ''] = inline(readme).filter((command) => command.includes(' -- '));
  const parts = inline(production).filter((command) => /gateway|worker/.test(command));
  expect([own, parts.length]).toEqual(['npm start -- --catalog catalog.yaml', 4]);
  // npm starts its scripts in the folder of its package, which this one only looks like.
  const service = await serve(own.replace('catalog.yaml', join(folder, 'catalog.yaml')));
  expect((await (await type('npx catchment request huc12/990101010101 landcover')).ended).out).toContain(
    'Landcover in huc12/990101010101',
  );
  for (const part of parts) {
    const ready = /"pid":(\d+),.*(?:gateway listens on|worker takes)/;
    const { said: pid, ended } = await type(part.replace(/--port \d+/, '--port 0'), ready);
    process.kill(Number(pid), 'SIGTERM');
    expect([part, (await ended).code]).toEqual([part, 0]);
  }
  expect((await service.stop()).code).toBe(0);
});
