import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boxRing } from '../box-ring.ts';
import { ask, type Service, startService } from '../service.ts';
import { readerPython, runRecipe } from './readers.ts';

const root = join(import.meta.dirname, '../..');
const guide = readFileSync(join(root, 'docs/guides/recipes.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'catchment-recipes-'));
let service: Service;

/** The polygons of `fields.gpkg`, in degrees. */
const fields = { north: boxRing(-99.94, 41.84, -99.93, 41.85), south: boxRing(-99.94, 41.8, -99.92, 41.81) };

beforeAll(async () => {
  service = await startService(join(root, '.catchment/sample/catalog.yaml'));
  runRecipe('fields.py', join(folder, 'fields.gpkg'), JSON.stringify(fields));
  // The layer shows what is cached.
  const inputs = { areas: 'huc12', within: 'huc8/99010101', operations: ['landcover'] };
  await ask(service, { operation: 'multi', inputs });
}, 120_000);
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

const languages = {
  python: { program: readerPython(), option: '-c' },
  r: { program: ownR() ?? 'Rscript', option: '-e' },
};
type Language = keyof typeof languages;

/** The Rscript that set-up has unpacked; undefined: one is on the PATH. */
function ownR(): string | undefined {
  const own = join(root, '.catchment/r/bin/Rscript');
  return existsSync(own) ? own : undefined;
}

/** The title, the program and the output of each recipe in a language. */
function recipesIn(language: Language) {
  const blocks = guide.matchAll(
    new RegExp(`### ([^\n]*)\n(?:(?!\n##).)*?\`\`\`${language}\n(.*?)\`\`\`\n\n\`\`\`text\n(.*?)\`\`\``, 'gs'),
  );
  return Array.from(blocks, ([, title = '', code = '', output = '']) => ({ title, code, output }));
}

function run(language: Language, code: string) {
  const { program, option } = languages[language];
  const own = code.replaceAll('http://localhost:8080', service.url);
  const { status, stdout, stderr } = spawnSync(program, [option, own], { cwd: folder, encoding: 'utf8' });
  return { status, stdout: trimmed(stdout), stderr };
}

const trimmed = (text: string) => text.replace(/[ \t]+$/gm, '');

describe.each<Language>(['python', 'r'])('in %s', (language) => {
  it('there are five recipes', () => expect(recipesIn(language)).toHaveLength(5));

  it.each(recipesIn(language))('$title', ({ code, output }) => {
    const { status, stdout, stderr } = run(language, code);
    expect([status, stdout, status === 0 ? '' : stderr]).toEqual([0, trimmed(output), '']);
  });
});

it('the recipes print what the service says', async () => {
  const [one, , drawn] = recipesIn('python');
  const { document } = await ask<{ groups: { values: number[]; cells: number }[]; cells: number }>(service, {
    ...{ operation: 'landcover', area: 'huc12/990101010101' },
  });
  const largest = document.groups.toSorted((a, b) => b.cells - a.cells)[0];
  const [km2, percent] = [(largest?.cells ?? 0) * 900e-6, (100 * (largest?.cells ?? 0)) / document.cells];
  expect([largest?.values, one?.output]).toEqual([
    [42],
    `Evergreen Forest: ${km2.toFixed(1)} km², ${percent.toFixed(0)} %\n`,
  ]);
  for (const [id, ring] of Object.entries(fields)) {
    const area = { type: 'Polygon', coordinates: [ring] };
    const inputs = { coverage: 'fraction' };
    const found = await ask<{ groups: { average: number }[] }>(service, { operation: 'mean_elevation', area, inputs });
    expect(drawn?.output).toContain(`${id}    ${found.document.groups[0]?.average.toFixed(1)}`);
  }
});
