import { readYaml } from '../src/read-yaml.ts';
import { CatalogFile } from '../src/schema.ts';

const legend = (classes: number) => Array.from({ length: classes }, (_, i) => `${i}: c${i}`).join(', ');

/** A catalog whose rasters share one legend. */
const shared = (rasters: number, classes: number) => `
rasters:
  first: { title: First, url: a.tif, legend: &legend { ${legend(classes)} } }
${Array.from({ length: rasters }, (_, i) => `  r${i}: { title: R, url: a.tif, legend: *legend }`).join('\n')}
operations: {}
`;

describe('a catalog of aliases', () => {
  it('is read, each alias as what it stands for', () => {
    const { value, problems } = readYaml(shared(50, 100), CatalogFile);
    expect(problems).toEqual([]);
    expect(value?.rasters?.['r49']?.legend).toEqual(value?.rasters?.['first']?.legend);
  });

  it('is refused where it stands for more than its size justifies', () => {
    const { value, problems, lines } = readYaml(shared(3000, 3000), CatalogFile);
    expect(value).toBeUndefined();
    expect(problems).toEqual([
      {
        line: undefined,
        problem: expect.stringMatching(/^reading all that its aliases stand for takes more than [\d,]+ steps of work/),
      },
    ]);
    // Each part of a document is noted once, before it is read.
    expect(lines.size).toBeLessThan(1_000_000);
  });

  it('finds each anchor where it was last before the alias', () => {
    const text = 'title: &a One\ndescription: *a\nrasters: {}\noperations: {}\n';
    expect(readYaml(text, CatalogFile).value).toMatchObject({ title: 'One', description: 'One' });
    expect(readYaml('title: *a\ndescription: &a One\n', CatalogFile).problems[0]).toEqual({
      line: 1,
      path: 'title',
      problem: 'no anchor is called "a"',
    });
  });
});

describe('a catalog with a fault on each line', () => {
  it.each([
    ['of YAML', '%a\n'.repeat(50_000)],
    ['of its members', Array.from({ length: 50_000 }, (_, i) => `a${i}: 1`).join('\n')],
  ])('is told the first thousand, and how many more there are: %s', (_, text) => {
    const { problems } = readYaml(text, CatalogFile);
    expect(problems).toHaveLength(1001);
    expect(problems.at(-1)?.problem).toMatch(/^it has 4900\d more faults like these$/);
  });
});
