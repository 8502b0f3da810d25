import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runCatchment } from './processes.ts';
import { shellCommands, shellWords } from './shell-commands.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'catchment-asks-'));
const file = (name: string) => join(folder, name);
const commands = shellCommands(readFileSync(join(root, 'docs/guides/what-people-ask.md'), 'utf8'));

type Row = Readonly<Record<string, string>>;

afterAll(() => rmSync(folder, { recursive: true }));

/** Types the command of the page that makes a file, once. */
async function make(name: string): Promise<string> {
  if (existsSync(file(name))) return file(name);
  const [command = '', ...others] = commands.filter((one) => one.endsWith(` --out ${name}`));
  expect(others).toEqual([]);
  const words = shellWords(command.replace(/^npx catchment /, '').replace('.catchment/', `${root}/.catchment/`));
  const { code, err } = await runCatchment([...words.slice(0, -1), file(name)]);
  expect([command, code, err]).toEqual([expect.stringMatching(/^npx catchment table /), 0, '']);
  return file(name);
}

/** The rows of a CSV of which no field has a comma, but for labels in quotes. */
async function rowsOf(name: string): Promise<Row[]> {
  const [head = '', ...lines] = readFileSync(await make(name), 'utf8')
    .trimEnd()
    .split('\r\n');
  const columns = head.split(',');
  const fieldsOf = (line: string) => Array.from(line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g), ([, one = '']) => one);
  return lines.map((line) => Object.fromEntries(fieldsOf(line).map((field, i) => [columns[i] ?? '', field])));
}

const sum = (rows: readonly Row[], column: string) => rows.reduce((all, row) => all + Number(row[column]), 0);

it('each command of the page makes a file of its own', () => {
  const files = commands.map((command) => / --out (\S+)$/.exec(command)?.[1]);
  const named = [
    'landcover.csv',
    'seasons.csv',
    'classes.csv',
    'areas.csv',
    'climate.csv',
    'all.gpkg',
    'counties.csv',
    'upstream.csv',
  ];
  expect(files).toEqual(named);
});

it('a table can be read alone: its rows name the area, and add up to it', async () => {
  const rows = (await rowsOf('landcover.csv')).filter(({ id }) => id === '990101010101');
  expect(rows[0]).toMatchObject({ area_table: 'huc12', operation: 'landcover', coverage: 'centre', covered: '1' });
  expect(rows[0]?.['name']).toMatch(/\S/);
  expect(sum(rows, 'percent')).toBeCloseTo(100, 9);
  expect(sum(rows, 'area_m2')).toBe(900 * sum(rows, 'cells'));
});

it('each scenario has a row for each area', async () => {
  const rows = await rowsOf('seasons.csv');
  const areas = new Set(rows.map(({ id }) => id));
  expect(new Set(rows.map(({ id, season }) => `${id} ${season}`)).size).toBe(4 * areas.size);
  expect(rows).toHaveLength(4 * areas.size);
});

it('each class has its amount, its share and its name', async () => {
  const rows = await rowsOf('classes.csv');
  expect(rows.filter((row) => row['landcover_label'] === '' || row['soil_label'] === '')).toEqual([]);
  const forest = rows.find(({ landcover, soil }) => landcover === '41' && soil === '2');
  expect(forest).toMatchObject({ landcover_label: 'Deciduous Forest', soil_label: 'B: moderate infiltration' });
  const own = rows.filter(({ id }) => id === forest?.['id']);
  expect(Number(forest?.['percent'])).toBeCloseTo((100 * Number(forest?.['area_m2'])) / sum(own, 'area_m2'), 9);
});

it('true areas of an equal-area grid are those of its cells', async () => {
  const rows = await rowsOf('areas.csv');
  expect(sum(rows, 'area_m2')).toBe(900 * sum(rows, 'cells'));
});

it('many rasters are answered in one table', async () => {
  const rows = await rowsOf('climate.csv');
  const areas = new Set(rows.map(({ id }) => id)).size;
  const operations = Map.groupBy(rows, ({ operation }) => operation);
  expect(Array.from(operations, ([name, some]) => [name, some.length / areas])).toEqual([
    ['elevation_statistics', 1],
    ['precipitation', 4],
    ['terrain', 1],
  ]);
});

it('all areas of a file are in a table with their places', async () => {
  const db = new DatabaseSync(await make('all.gpkg'), { readOnly: true });
  const inFile = new DatabaseSync(join(root, '.catchment/sample/basin.gpkg'), { readOnly: true });
  try {
    const { n } = inFile.prepare('SELECT count(*) AS n FROM huc12').get() as { readonly n: number };
    expect(db.prepare('SELECT count(*) AS n FROM areas WHERE geom IS NOT NULL').get()).toEqual({ n });
    expect(db.prepare('SELECT count(DISTINCT id) AS n FROM answer_rows').get()).toEqual({ n });
  } finally {
    db.close();
    inFile.close();
  }
});

it('areas with the same attribute are summed', async () => {
  const all = await rowsOf('landcover.csv');
  const db = new DatabaseSync(join(root, '.catchment/sample/basin.gpkg'), { readOnly: true });
  const counties = db.prepare('SELECT huc12, county FROM huc12').all();
  db.close();
  const countyOf = new Map(counties.map(({ huc12, county }) => [String(huc12), String(county)]));
  const sums = new Map<string, number>();
  for (const { id = '', landcover, cells } of all) {
    const group = `${countyOf.get(id)} ${landcover}`;
    sums.set(group, (sums.get(group) ?? 0) + Number(cells));
  }
  // The subwatersheds share no cell.
  const united = (await rowsOf('counties.csv')).map(({ id, landcover, cells }) => [
    `${id} ${landcover}`,
    Number(cells),
  ]);
  expect(new Map(united as [string, number][])).toEqual(sums);
});

it('the total at the outlet has the cells of all areas', async () => {
  const totals = (await rowsOf('upstream.csv')).filter(({ operation }) => operation === 'landcover');
  const outlet = totals.filter(({ id }) => id === totals.at(-1)?.['id']);
  expect(sum(outlet, 'cells')).toBe(sum(await rowsOf('landcover.csv'), 'cells'));
  expect(new Set(totals.map(({ id }) => id)).size).toBe(29);
});
