import { join } from 'node:path';
import { missingPackages, unpackFromApt } from './apt.mjs';
import { outputOf, say } from './command.mjs';

const programs = ['gdalinfo', 'gdal_translate', 'gdalwarp', 'gdaladdo', 'gdalbuildvrt', 'ogr2ogr'];

/**
 * Makes sure that the commands of GDAL that guides show can be run, where that is possible: they
 * are on the PATH, or in `<projectFolder>/gdal/bin`, unpacked from the system's packages.
 */
export function provideGdal(projectFolder) {
  const folder = join(projectFolder, 'gdal');
  if (runs('gdalwarp') || runs(join(folder, 'bin/gdalwarp'))) return;
  say("Fetching GDAL from the system's packages into .catchment/gdal (nothing is installed) …");
  const paths = programs.map((name) => `usr/bin/${name}`);
  try {
    unpackFromApt((options) => [{ packages: missingPackages(['gdal-bin'], options), programs: paths }], folder);
  } catch (error) {
    say(`No GDAL can be had: its commands are not tried. ${error.message}`);
  }
}

function runs(program) {
  return outputOf(program, ['--version']) !== undefined;
}
