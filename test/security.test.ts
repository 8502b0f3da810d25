import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../docs');
const page = readFileSync(join(docs, 'security.md'), 'utf8');
const [, table = ''] = /## Threats\n\n(.*?)\n\n##/s.exec(page) ?? [];
const threats = table
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, threat = '', defence = '', tests = '']) => ({ threat, defence, tests }));

describe('the page on security', () => {
  it('names a defence and tests for each threat', () => {
    expect(threats.length).toBeGreaterThan(10);
    for (const { threat, defence, tests } of threats)
      expect([threat, defence, ...testsIn(tests)].filter((text) => text === '')).toEqual([]);
    expect(threats.filter(({ tests }) => testsIn(tests).length === 0)).toEqual([]);
  });

  it.each(threats)('names tests that there are: $threat', ({ tests }) => {
    for (const [file, title] of testsIn(tests)) {
      const path = join(docs, file);
      expect([file, existsSync(path)]).toEqual([file, true]);
      expect(titlesIn(path).filter((one) => one.includes(title))).not.toEqual([]);
    }
  });
});

/** `[name](../file.test.ts): "title"` */
function testsIn(cell: string): [file: string, title: string][] {
  return Array.from(cell.matchAll(/\]\(([^)]+\.test\.ts)\): "([^"]+)"/g), ([, file = '', title = '']) => [file, title]);
}

/** The first texts of `it(…)`, `it.each(…)(…)`, `describe(…)` and the like. */
function titlesIn(path: string): string[] {
  const source = readFileSync(path, 'utf8');
  const titles = source.matchAll(/(?:\b(?:it|test|describe)\(\s*|\)\(\s*)(['"`])(.*?)\1/g);
  return Array.from(titles, ([, , title = '']) => title);
}
