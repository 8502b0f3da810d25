import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeCommand } from './command.ts';
import { compile, writeLibrary } from './library.ts';
import { packedPackages, root } from './packages.ts';
import { runNpm } from './programs.ts';

/** A tarball of a package. */
export interface Tarball {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly files: number;
}

/** Writes the tarballs of all packages, and that of the command, into a folder. */
export function packAll(folder: string): readonly Tarball[] {
  const work = mkdtempSync(join(root, '.catchment', 'packing-'));
  try {
    const packages = packedPackages();
    const compiled = join(work, 'compiled');
    compile(packages, compiled);
    const folders = packages.map((one) => {
      const own = join(work, one.folder);
      writeLibrary(one, compiled, own);
      return own;
    });
    const command = join(work, 'command');
    writeCommand(command);
    return [...folders, command].map((one) => pack(one, folder));
  } finally {
    rmSync(work, { recursive: true });
  }
}

function pack(from: string, to: string): Tarball {
  const [packed] = JSON.parse(runNpm(['pack', '--json', '--pack-destination', to], from));
  return { name: packed.name, file: packed.filename, bytes: packed.size, files: packed.entryCount };
}
