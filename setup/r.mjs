import { chmodSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingPackages } from './apt.mjs';
import { outputOf } from './command.mjs';
import { provide } from './provide.mjs';

const libraries = ['httr2', 'jsonlite', 'sf', 'terra'];

/**
 * Makes sure that recipes in R can be run: by an `Rscript` on the PATH that has their libraries, or
 * by one in `<projectFolder>/r`.
 */
export function provideR(projectFolder) {
  const folder = join(projectFolder, 'r');
  provide({
    name: `R with ${libraries.join(', ')}`,
    folder,
    isThere: () => hasLibraries('Rscript') || hasLibraries(join(folder, 'bin/Rscript')),
    alternatives: (options) => [{ packages: missingPackages(names, options), programs: [], finish }],
    installers: [],
    advice: `Put an Rscript on the PATH that has ${libraries.join(', ')}.`,
  });
}

const names = ['r-base-core', 'r-cran-codetools', ...libraries.map((name) => `r-cran-${name}`)];

function hasLibraries(program) {
  return outputOf(program, ['-e', libraries.map((name) => `loadNamespace("${name}")`).join(';')]) !== undefined;
}

/** Puts settings where R looks for them below its folder, and an `Rscript` that finds all of it. */
function finish(folder) {
  const settings = join(folder, 'usr/lib/R/etc');
  for (const name of readdirSync(settings)) {
    const path = join(settings, name);
    const target = linkedFrom(path);
    if (!target?.startsWith('/etc/R/')) continue;
    rmSync(path);
    // Installing would copy this one.
    symlinkSync(name === 'Renviron' ? 'Renviron.ucf' : `../../../..${target}`, path);
  }
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/Rscript'), launcher);
  chmodSync(join(folder, 'bin/Rscript'), 0o755);
}

function linkedFrom(path) {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

const launcher = `#!/bin/sh
here=$(cd "\${0%/*}/.." && pwd)/usr
export R_HOME="$here/lib/R" R_LIBS="$here/lib/R/site-library" R_SHARE_DIR="$here/share/R/share"
export PROJ_LIB="$here/share/proj" PROJ_DATA="$here/share/proj" GDAL_DATA="$here/share/gdal"
export UDUNITS2_XML_PATH="$here/share/xml/udunits/udunits2.xml"
LD_LIBRARY_PATH="$R_HOME/lib:$here/lib"
for one in "$here"/lib/*-linux-*; do LD_LIBRARY_PATH="$LD_LIBRARY_PATH:$one:$one/blas:$one/lapack"; done
export LD_LIBRARY_PATH
exec "$R_HOME/bin/exec/R" --no-echo --no-restore "$@"
`;
