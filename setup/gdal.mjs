import { join } from 'node:path';
import { missingPackages } from './apt.mjs';
import { outputOf } from './command.mjs';
import { provide } from './provide.mjs';

const programs = ['gdalinfo', 'gdal_translate', 'gdalwarp', 'gdaladdo', 'gdalbuildvrt', 'ogr2ogr'];

/**
 * Makes sure that the commands of GDAL that guides show can be run: on the PATH, or in
 * `<projectFolder>/gdal/bin`.
 */
export function provideGdal(projectFolder) {
  const folder = join(projectFolder, 'gdal');
  provide({
    name: 'GDAL',
    folder,
    isThere: () =>
      ['gdalwarp', join(folder, 'bin/gdalwarp')].some((program) => outputOf(program, ['--version']) !== undefined),
    alternatives: (options) => [
      { packages: missingPackages(['gdal-bin'], options), programs: programs.map((name) => `usr/bin/${name}`) },
    ],
    installers: [
      ['brew', 'install', 'gdal'],
      ['apk', 'add', 'gdal-tools'],
      ['dnf', 'install', '-y', 'gdal'],
      ['pacman', '-S', '--noconfirm', 'gdal'],
    ],
    advice: 'Put gdalwarp and the other commands of GDAL on the PATH.',
  });
}
