import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { entries, installedFolder, packedFolder } from './packed.ts';

/** Packs the package, unless this version of it has been packed before. */
export async function pack(): Promise<void> {
  if (existsSync(packedFolder)) return;
  const parent = dirname(packedFolder);
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'new-'));
  await build({
    absWorkingDir: installedFolder,
    entryPoints: { ...entries },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  try {
    renameSync(folder, packedFolder);
  } catch (error) {
    // Another run has been quicker.
    if (!existsSync(packedFolder)) throw error;
    rmSync(folder, { recursive: true });
  }
}
