import { join } from 'node:path';
import { complaints, printed, readmeSnippets } from '../../../test/readme-snippets.ts';
import { type Service, startService } from '../../../test/service.ts';

const packageFolder = join(import.meta.dirname, '..');
const root = join(packageFolder, '../..');
const [making = '', ...others] = readmeSnippets(packageFolder);
let service: Service;

beforeAll(async () => {
  service = await startService(join(root, '.catchment/sample/catalog.yaml'));
});
afterAll(() => service?.stop());

/** The examples; the first one makes the client of the others. */
const examples = [making, ...others.map((code) => making.replace(/const \{ groups.*/s, '') + code)];

it.each(examples)('an example prints what it says: %#', (code) => {
  const [out, expected] = printed(code.replace('http://localhost:8080', service.url), { packageFolder });
  expect(expected).toBeDefined();
  expect(out).toBe(expected);
});

it('each example compiles as strictly as can be', async () => {
  expect(examples.length).toBe(5);
  const files = examples.map((code, at) => [`example-${at}.ts`, `${code}\nexport {};\n`] as const);
  expect(await complaints(Object.fromEntries(files))).toBe('');
});
