import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The rooms of the package. Each may import those before it, and none after it. */
const rooms = [
  ...['bytes', 'grid', 'tiles', 'codecs', 'geotiff', 'files'],
  ...['edges', 'spans', 'stack', 'mosaic', 'tables', 'sums', 'gather', 'squares'],
];

const source = join(import.meta.dirname, '..', 'src');

const roomOf = (path: string) => relative(source, path).split('/').slice(0, -1).join('/');

/** The imports of other rooms, types included: which room, and which file it imports. */
const imports = globSync('*/**/*.ts', { cwd: source }).flatMap((file) => {
  const path = join(source, file);
  const targets = Array.from(readFileSync(path, 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g), ([, to = '']) =>
    join(dirname(path), to),
  );
  return targets
    .filter((to) => roomOf(to) !== roomOf(path))
    .map((to) => ({ file, from: roomOf(path), to: roomOf(to) }));
});

describe('the rooms', () => {
  it('are all in the order', () => {
    expect(new Set(imports.flatMap(({ from, to }) => [from, to]))).toEqual(new Set(rooms));
  });

  it('import only rooms before them', () => {
    expect(imports.filter(({ from, to }) => rooms.indexOf(to) >= rooms.indexOf(from))).toEqual([]);
  });
});
