import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaints, packageFolder, readmeSnippets, snippetWith } from './readme-snippets.ts';

/** What a snippet prints, and what it says that it prints. */
function printed(snippet: string, env: NodeJS.ProcessEnv = {}): readonly [string, string | undefined] {
  const expected = /console\.log.* \/\/ (.*)/.exec(snippet)?.[1];
  const out = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', snippet], {
    ...{ cwd: packageFolder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', ...env } },
  });
  return [out, expected && `${expected}\n`];
}

it.each(['resultCache({', 'openJobCache(', 'clearTag('])('the README’s example of %s prints what it says', (text) => {
  const [out, expected] = printed(snippetWith(text));
  expect(out).toBe(expected);
});

it('the README’s example of an archive prints what it says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-readme-archive-'));
  try {
    const [out] = printed(snippetWith('openArchiveWriter('), { ARCHIVE: join(folder, 'results.jsonl.gz') });
    expect(out).toBe('geop:0\ngeop:1\ngeop:2\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** What a snippet takes for granted. */
const before: readonly (readonly [text: string, code: string])[] = [
  [
    'cache.rows',
    `import { memoryStore, refreshingCache } from '@catchment/cache';
import { Pool } from 'pg';
interface Gauge { town: string }
const pool = new Pool();
const cache = refreshingCache({ store: memoryStore() });
`,
  ],
];

it('each of the README’s examples compiles as strictly as can be', async () => {
  const snippets = readmeSnippets().map((code, at) => {
    const given = before.find(([text]) => code.includes(text))?.[1] ?? '';
    return [`snippet-${at}.ts`, `${given}${code}\nexport {};\n`] as const;
  });
  expect(snippets.length).toBe(7);
  const model = 'export const runModel = async (town: string) => ({ town });\n';
  expect(await complaints({ ...Object.fromEntries(snippets), 'model.ts': model })).toBe('');
});

it('a snippet that does not compile is told', async () => {
  const wrong =
    "import { refreshingCache } from '@catchment/cache';\nrefreshingCache({ store: 5, queue: undefined });\n";
  expect(await complaints({ 'wrong.ts': wrong })).toMatch(
    /wrong\.ts\(2,\d+\): error TS2322: Type 'number' is not assignable to type 'Store'/,
  );
});
