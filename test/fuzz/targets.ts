import { archiveFile, archiveLine } from './archive.ts';
import { flatGeobuf, geoParquet, shapefile, zippedShapefile } from './area-files.ts';
import { geoJson } from './geojson.ts';
import { geoPackage, geoPackageViews } from './geopackage.ts';
import type { Target } from './target.ts';
import { tiff } from './tiff.ts';
import { geometryBlob, wkb } from './wkb.ts';
import { besideXml, vrtXml } from './xml.ts';
import { yaml } from './yaml.ts';

/** The readers of foreign input. */
export const targets: readonly Target[] = [
  tiff,
  vrtXml,
  besideXml,
  wkb,
  geometryBlob,
  geoPackage,
  geoPackageViews,
  flatGeobuf,
  geoParquet,
  shapefile,
  zippedShapefile,
  geoJson,
  archiveLine,
  archiveFile,
  yaml,
];
