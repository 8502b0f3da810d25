import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { stringify } from 'yaml';
import { loadCatalog } from '../src/catalog.ts';
import { CatalogError } from '../src/catalog-error.ts';
import { readYaml } from '../src/read-yaml.ts';
import { CatalogFile } from '../src/schema.ts';
import { folderWith } from './folder.ts';

const words = [
  'rasters',
  'operations',
  'areas',
  'url',
  'type',
  'legend',
  'nlcd.tif',
  '__proto__',
  'constructor',
  'a',
  '',
];
const marks = [
  ': ',
  '- ',
  '\n',
  '\n  ',
  '{',
  '}',
  '[',
  ']',
  ', ',
  '&a ',
  '*a',
  '!!set ',
  '"',
  "'",
  '|',
  '? ',
  '#',
  '---',
  '<<',
];

/** Pieces of YAML in any order. */
const scribble = fc.array(fc.constantFrom(...marks, ...words), { maxLength: 40 }).map((pieces) => pieces.join(''));

/** Any JSON value. */
const anything = fc.jsonValue({ maxDepth: 3 });

/** A catalog that is right in most of its parts. */
const almost = fc.record(
  {
    title: mostly('Sample'),
    rasters: named(
      { url: mostly('nlcd.tif'), band: mostly(1), nodata: mostly('none'), legend: mostly({ 1: 'Ice' }) },
      'url',
    ),
    operations: named(
      { title: mostly('Ice'), type: mostly('groupedCount'), rasters: mostly(['a']) },
      'type',
      'rasters',
    ),
    areas: named({ source: mostly('areas.geojson'), id: mostly('id'), name: mostly('name') }, 'source', 'id'),
  },
  { requiredKeys: ['rasters', 'operations'] },
);

describe('whatever a file holds', () => {
  it('it is a catalog or a CatalogError', async () => {
    await using folder = await folderWith({ 'nlcd.tif': '', 'areas.geojson': '' });
    const path = folder.at('catalog.yaml');
    const outcomes = { right: 0, wrong: 0 };
    const texts = fc.oneof(scribble, fc.string({ unit: 'binary' }), anything.map(stringify), almost.map(stringify));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        await writeFile(path, text);
        const outcome = await loadCatalog(path).catch((error: unknown) => error);
        if (outcome instanceof CatalogError) {
          outcomes.wrong += 1;
          expect(outcome.message.split('\n')).toHaveLength(outcome.problems.length);
        } else {
          outcomes.right += 1;
          expect(outcome).toHaveProperty('path', path);
        }
      }),
      { numRuns: 500 },
    );
    expect(Math.min(outcomes.right, outcomes.wrong)).toBeGreaterThan(20);
  });

  it('no name reaches beyond it', () => {
    const { value } = readYaml(
      '__proto__: { polluted: 1 }',
      Type.Record(Type.String(), Type.Record(Type.String(), Type.Number())),
    );
    expect(Object.entries(value ?? {})).toEqual([['__proto__', Object.assign(Object.create(null), { polluted: 1 })]]);
  });

  it('it is read without a problem when the schema describes it, and then only', () => {
    fc.assert(
      fc.property(fc.oneof(almost, anything), (file) => {
        const { problems, value } = readYaml(stringify(file), CatalogFile);
        expect(problems.length === 0).toBe(Value.Check(CatalogFile, file));
        if (problems.length === 0) expect(JSON.stringify(value)).toBe(JSON.stringify(file));
      }),
      { numRuns: 500 },
    );
  });
});

function mostly(right: unknown) {
  return fc.oneof({ weight: 40, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: anything });
}

function named(members: Readonly<Record<string, fc.Arbitrary<unknown>>>, ...requiredKeys: readonly string[]) {
  const names = fc.oneof({ weight: 20, arbitrary: fc.constantFrom('a', 'constructor') }, fc.constantFrom(...words));
  const entry = fc.record({ ...members, [words[0] as string]: anything }, { requiredKeys: [...requiredKeys] });
  return fc.dictionary(
    names,
    fc.oneof({ weight: 20, arbitrary: fc.record(members, { requiredKeys: [...requiredKeys] }) }, entry),
    {
      maxKeys: 2,
    },
  );
}
