import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const packageFolder = join(import.meta.dirname, '..');
const root = join(packageFolder, '../..');

/** The TypeScript of the README, in its order. */
export function readmeSnippets(): readonly string[] {
  const text = readFileSync(join(packageFolder, 'README.md'), 'utf8');
  return [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
}

/** The one that has the text. */
export function snippetWith(text: string): string {
  const found = readmeSnippets().filter((code) => code.includes(text));
  if (found.length !== 1) throw new Error(`${found.length} snippets of the README have ${JSON.stringify(text)}`);
  return found[0] as string;
}

/**
 * What a compiler as strict as can be says of these files, in a folder that has the repository's
 * packages; `''` for nothing.
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
