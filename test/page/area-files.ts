import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDbf, writeShapes } from '../../packages/areas/test/tables/shapefile/shapes.ts';
import { zipBytes } from '../../packages/areas/test/tables/zip/zip-bytes.ts';
import { writeGeoPackage } from '../../sample/geopackage-writer.ts';

type Ring = readonly (readonly [longitude: number, latitude: number])[];

export interface AreaFile {
  readonly name: string;
  readonly bytes: Buffer;
}

const degrees =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]';

/** An area in each format that the page takes. Its ring is clockwise. */
export function filesOf(ring: Ring): readonly AreaFile[] {
  const folder = mkdtempSync(join(tmpdir(), 'area-files-'));
  const inFolder = (name: string) => join(folder, name);
  const coordinates = ring.map((corner) => corner.join(',')).join(' ');
  const kml = `<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>${coordinates}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>`;
  const geometry = { type: 'Polygon', coordinates: [ring] };
  writeShapes(inFolder('place.shp'), [{ type: 5, parts: [ring.map((corner) => [...corner])] }] as never);
  writeDbf(inFolder('place.dbf'), [{ name: 'NAME', type: 'C', length: 5 }], { records: [['place']] });
  writeGeoPackage(inFolder('place.gpkg'), [
    {
      ...{ table: 'places', title: 'Places', idColumn: 'code' },
      areas: [{ id: '1', name: 'place', areasqkm: 1, rings: [ring] }],
    },
  ]);
  const read = (name: string) => ({ name, content: readFileSync(inFolder(name)) });
  const files = [
    { name: 'place.geojson', bytes: Buffer.from(JSON.stringify({ type: 'Feature', properties: {}, geometry })) },
    { name: 'place.kml', bytes: Buffer.from(kml) },
    { name: 'place.kmz', bytes: zipBytes([{ name: 'doc.kml', content: Buffer.from(kml) }]) },
    {
      name: 'place.zip',
      bytes: zipBytes([read('place.shp'), read('place.dbf'), { name: 'place.prj', content: Buffer.from(degrees) }]),
    },
    { name: 'place.gpkg', bytes: read('place.gpkg').content },
    { name: 'place.wkt', bytes: Buffer.from(`POLYGON ((${ring.map((corner) => corner.join(' ')).join(', ')}))`) },
  ];
  rmSync(folder, { recursive: true });
  return files;
}
