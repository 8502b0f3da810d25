import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..');

/** The TypeScript in the README of a package, in its order. */
export function readmeSnippets(packageFolder: string): readonly string[] {
  const text = readFileSync(join(packageFolder, 'README.md'), 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
}

/** The snippet that has the text. Throws unless exactly one has. */
export function snippetWith(text: string, snippets: readonly string[]): string {
  const found = snippets.filter((code) => code.includes(text));
  if (found.length !== 1) throw new Error(`${found.length} snippets of the README have ${JSON.stringify(text)}`);
  return found[0] as string;
}

/** The output of a snippet, and the output that its comment promises. */
export function printed(
  snippet: string,
  { packageFolder, env = {} }: { readonly packageFolder: string; readonly env?: NodeJS.ProcessEnv },
): readonly [string, string | undefined] {
  const expected = /console\.log.* \/\/ (.*)/.exec(snippet)?.[1];
  const out = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', snippet], {
    ...{ cwd: packageFolder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '', ...env } },
  });
  return [out, expected && `${expected}\n`];
}

/**
 * The complaints of the strictest compiler about these files, in a folder that has the repository's
 * packages; `''` for none.
 */
export async function complaints(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-readme-'));
  try {
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    const compilerOptions = {
      ...{ target: 'es2024', lib: ['es2024', 'esnext.disposable'], module: 'nodenext', types: ['node'], noEmit: true },
      ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
      ...{ noImplicitOverride: true },
      ...{ verbatimModuleSyntax: true, allowImportingTsExtensions: true, skipLibCheck: true },
    };
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    for (const [name, code] of Object.entries(files)) await writeFile(join(folder, name), code);
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [compiler, '--project', folder, '--pretty', 'false'], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    return '';
  } catch (error) {
    const { stdout, message } = error as { readonly stdout?: string; readonly message: string };
    return stdout || message;
  } finally {
    await rm(folder, { recursive: true });
  }
}
