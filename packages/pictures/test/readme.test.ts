import { join } from 'node:path';
import { printed, readmeSnippets, snippetWith } from '../../../test/readme-snippets.ts';

const packageFolder = join(import.meta.dirname, '..');
const snippet = snippetWith('drawTile(', readmeSnippets(packageFolder));
const soil = join(packageFolder, '../raster/test/fixtures/kinds/sparse-tiles.tif');

it('the README’s example prints what it says', () => {
  const [out, expected] = printed(snippet.replace('/data/soil.tif', soil), { packageFolder });
  expect(out).toBe(expected);
});
