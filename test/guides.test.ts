import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import { Value } from 'typebox/value';
import { jsonDocuments } from '../apps/cli/src/json-documents.ts';
import { shellCommands } from './shell-commands.ts';
import { curl, type Ended, furnish, openTerminal, type Served } from './terminal.ts';

const root = join(import.meta.dirname, '..');

/** The pages with commands. Those of operations and the README of all have tests of their own. */
const pages = globSync(
  ['CONTRIBUTING.md', 'docs/*.md', 'docs/guides/*.md', '*/README.md', '{apps,packages,test}/*/README.md'],
  {
    cwd: root,
  },
)
  .map((page) => ({ page, commands: shellCommands(readFileSync(join(root, page), 'utf8')) }))
  .filter(({ commands }) => commands.length > 0)
  .sort((a, b) => (a.page < b.page ? -1 : 1));

/** Commands that are not typed here, and why. */
const elsewhere: readonly { readonly fits: RegExp; readonly page?: RegExp; readonly why: string }[] = [
  {
    fits: /^npm (test|run (check|format|demo|bench|attack|chaos|fuzz|pack)\b)/,
    why: 'they are, or take as long as, all tests',
  },
  {
    fits: /^(pip|mvn|java|schemathesis|curl .* && python3)/,
    why: 'they fetch programs of others; test/interop runs recipes',
  },
  { fits: /^cat > (schemathesis.toml|props.xml) /, why: 'the programs of others read these files' },
  { fits: /^ECHO_PROCESS=true/, why: 'it is for these programs; tests of the gateway serve that process' },
  { fits: /^(gdal\w+|ogr\w+) /, why: 'test/interop types commands of GDAL, where there is one' },
  { fits: /./, page: /your-own-data/, why: 'test/interop types them, where there is a GDAL' },
  { fits: /./, page: /model-my-watershed/, why: 'it is about data and hosts of others' },
  { fits: /^curl --data-binary @/, why: 'the files are of others; tests of the gateway convert some' },
  { fits: /^npx node apps\/web\/build.ts/, why: 'test/page builds the page' },
  { fits: /^(export TALLY_URL|docker compose)/, why: 'the service here has tallies and servers of its own' },
  { fits: /warm huc12 --failed/, why: 'nothing has failed here, which it says with 1' },
  { fits: /admin\/load/, why: 'the service here has no folder of archives; test/way loads from one' },
  { fits: /<chore>\/(pause|resume)/, why: 'chores on the sample have ended by then; test/way pauses one' },
  { fits: /^source /, why: 'tests of completion run the scripts' },
  {
    fits: / (my\.geojson|watersheds\.gpkg) |^catchment precompute/,
    page: /^apps\/cli/,
    why: 'packing/test runs the installed command',
  },
];

/** The words on pages that stand for what only a running service tells. */
const placeholders: readonly (readonly [written: string | RegExp, meant: () => Promise<string> | string])[] = [
  // npx takes as long as a command; the test of the README types it.
  ['npx catchment ', () => 'catchment '],
  ['<id>', async () => await jobId()],
  ['<chore>', async () => await choreId()],
  [/geop:[^\s']+…/, async () => JSON.parse((await typed('npx catchment cache ls --json --limit 1')).out).key],
  [
    '5f1c0a93b2e4',
    async () => JSON.parse((await typed('npx catchment key ls --json')).out.split('\n')[0] as string).id,
  ],
  ['redis://cache:6379,', () => ''],
  ['http://localhost:8080', () => service.url],
  [/\$ADMIN_TOKEN/g, () => adminToken],
];
const adminToken = 'a-token-for-the-guides';

const folder = mkdtempSync(join(root, '.catchment/guides-'));
const env = { ADMIN_TOKEN: adminToken, PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(':') };
const terminalIn = (place: string) => openTerminal(place, { serveFolder: join(folder, 'kept'), env });
let service: Served;

beforeAll(async () => {
  furnish(folder);
  service = await terminalIn(folder).serve('npm start');
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const typed = async (command: string, place = folder): Promise<Ended> => (await terminalIn(place).type(command)).ended;

/** The id of a job that has ended. */
async function jobId(): Promise<string> {
  const client = createClient(service.url);
  const { jobID } = await client.execute('landcover', { area: 'huc12/990101010101' });
  await client.wait(jobID);
  return jobID;
}

/** The id of a chore. */
async function choreId(): Promise<string> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const { chores } = (await (await fetch(`${service.url}/admin/chores`, { headers })).json()) as {
    readonly chores: readonly [{ readonly id: string }];
  };
  return chores[0].id;
}

async function meant(command: string): Promise<string> {
  let text = command;
  for (const [written, means] of placeholders)
    if (typeof written === 'string' ? text.includes(written) : text.search(written) >= 0)
      text = text.replaceAll(typeof written === 'string' ? written : new RegExp(written, 'g'), await means());
  return text;
}

/** A process that runs until it is stopped. */
async function starts(command: string, place: string): Promise<Ended> {
  const ready = /"pid":(\d+),.*(?:gateway listens on|worker takes)/;
  const { said: pid, ended } = await terminalIn(place).type(command.replace(/--port \d+/, '--port 0'), ready);
  process.kill(Number(pid), 'SIGTERM');
  return ended;
}

const reasonOf = (command: string, page: string) =>
  elsewhere.find((one) => one.fits.test(command) && (one.page?.test(page) ?? true));

/** Each line is a document of the command. */
function checkJson(command: string, out: string): void {
  const schema = Object.entries(jsonDocuments).find(([name]) => command.includes(`catchment ${name} `))?.[1];
  const documents = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  const faults = documents.flatMap((document) => (schema ? [...Value.Errors(schema, document)] : []));
  expect([command, documents.length > 0, faults]).toEqual([command, true, []]);
}

const done = new Set<string>();

describe.each(pages)('$page', ({ page, commands }) => {
  const place = join(folder, page.replaceAll('/', '_'));
  const own = commands.map((command) => command.replace(/ +#.*$/gm, '')).filter((command) => !reasonOf(command, page));

  it('has commands that work when they are typed one after the other', async () => {
    mkdirSync(place);
    furnish(place);
    for (const command of own) {
      // Commands that several pages share are typed once.
      const isNew = !done.has(command) || /^(cat|node) /.test(command);
      done.add(command);
      if (!isNew) continue;
      const text = await meant(command);
      const { code, out, err } = await (/^curl /.test(text)
        ? curl(text, { url: service.url, folder: place })
        : / (gateway|worker)\b/.test(text)
          ? starts(text, place)
          : typed(text, place));
      if (code !== 0 || /^catchment: (?!.* left out| no worker)/m.test(err)) {
        throw new Error(`${command}, typed as ${text}, ended with ${code}: ${err}${out}`);
      }
      if (/ --json\b/.test(text)) checkJson(text, out);
    }
  });
});

it('each reason not to type a command is one for some command', () => {
  const all = pages.flatMap(({ page, commands }) => commands.map((command) => ({ page, command })));
  const idle = elsewhere.filter((one) => !all.some(({ page, command }) => reasonOf(command, page) === one));
  expect(idle.map(({ why }) => why)).toEqual([]);
});
