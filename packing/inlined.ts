import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { root } from './packages.ts';

/**
 * Packages of others that are bundled into the command, with all that they need: it loads them
 * whenever it starts, and finds one file faster than hundreds.
 */
export const inlined: readonly string[] = [
  ...['typebox', 'yaml', 'commander', 'fast-xml-parser', 'envalid', 'picomatch'],
  ...['string-width', 'wrap-ansi', 'robust-predicates', 'flatbush', '@turf/bbox', 'pretty-ms'],
];

/** The licences of the packages that are in a bundle, as their files have them. */
export function licencesIn({ inputs }: Metafile): string {
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = manifestOf(folder);
    return `${name} ${version} (${license})\n\n${licenceText(folder)}`;
  });
  return `The command has parts of these packages. Each has its own licence.\n\n${texts.join('\n\n---\n\n')}\n`;
}

function licenceText(folder: string): string {
  const file = readdirSync(join(root, folder)).find((name) => /^(un)?licen[cs]e/i.test(name));
  return file ? readFileSync(join(root, folder, file), 'utf8').trim() : 'It has no file with its licence.';
}

function manifestOf(folder: string): Readonly<Record<'name' | 'version' | 'license', string>> {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
