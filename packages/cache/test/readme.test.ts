import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaints, printed, readmeSnippets, snippetWith } from '../../../test/readme-snippets.ts';

const packageFolder = join(import.meta.dirname, '..');
const snippets = readmeSnippets(packageFolder);

it.each(['resultCache({', 'openJobCache('])('the README’s example of %s prints what it says', (text) => {
  const [out, expected] = printed(snippetWith(text, snippets), { packageFolder });
  expect(out).toBe(expected);
});

it('the README’s example of an archive prints what it says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-readme-archive-'));
  try {
    const env = { ARCHIVE: join(folder, 'results.jsonl.gz') };
    const [out] = printed(snippetWith('openArchiveWriter(', snippets), { packageFolder, env });
    expect(out).toBe('geop:0\ngeop:1\ngeop:2\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('each of the README’s examples compiles as strictly as can be', async () => {
  const files = snippets.map((code, at) => [`snippet-${at}.ts`, `${code}\nexport {};\n`] as const);
  expect(files.length).toBe(3);
  expect(await complaints(Object.fromEntries(files))).toBe('');
});
