import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalog } from '@cellshed/catalog';
import { boxRing } from '../box-ring.ts';
import { runCatchment } from '../processes.ts';
import { variedRaster } from '../varied-raster.ts';
import { typeGdal } from './gdal.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-init-gdal-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const names =
  '<CategoryNames><Category/><Category>Water</Category><Category>Forest</Category><Category>Town</Category></CategoryNames>';
const colours = `<ColorTable>${['0,0,0', '70,107,159', '104,171,95', '235,0,0']
  .map((one) => {
    const [c1, c2, c3] = one.split(',');
    return `<Entry c1="${c1}" c2="${c2}" c3="${c3}" c4="255"/>`;
  })
  .join('')}</ColorTable>`;

/** Has GDAL make a file of a raster, with what is put into its band. */
function made(name: string, content: string, options: string): void {
  typeGdal(`gdal_translate -q -of VRT plain.tif ${name}.vrt`, folder);
  const vrt = readFileSync(at(`${name}.vrt`), 'utf8').replace(/<ColorInterp>.*?<\//, '<ColorInterp>Palette</');
  writeFileSync(at(`${name}.vrt`), vrt.replace(/(<VRTRasterBand[^>]*>)/, `$1${content}`));
  typeGdal(`gdal_translate -q ${options} ${name}.vrt ${name}.tif && rm ${name}.vrt`, folder);
}

describe('catchment init, of files that GDAL has written', () => {
  beforeAll(() => {
    // Columns of 16 cells in turn have 1, 2 and 3.
    writeFileSync(
      at('plain.tif'),
      variedRaster({ across: 4, down: 4, side: 64, valueAt: (column) => 1 + (Math.floor(column / 16) % 3) }),
    );
    made('cover', names + colours, '-of COG -co OVERVIEW_RESAMPLING=NEAREST');
    typeGdal('gdalwarp -q -t_srs EPSG:4326 -tr 0.0004 0.0003 -r near plain.tif soil.tif', folder);
    const [west = 0, south = 0, east = 0, north = 0] = cornersOf('soil.tif');
    const ring = boxRing(west + 0.02, south + 0.02, east - 0.02, north - 0.02);
    writeFileSync(at('field.geojson'), JSON.stringify({ type: 'Polygon', coordinates: [ring] }));
  });

  it('reads the names and colours of classes', async () => {
    const { code, err } = await runCatchment(['init', at('cover.tif'), '--out', at('cover.yaml')], {});
    expect([code, err]).toEqual([0, '']);
    const { rasters } = await loadCatalog(at('cover.yaml'));
    expect([...rasters.get('cover')!.legend]).toEqual([
      [1, { label: 'Water', color: '#466b9f' }],
      [2, { label: 'Forest', color: '#68ab5f' }],
      [3, { label: 'Town', color: '#eb0000' }],
    ]);
  });

  it('prints the command that aligns a raster, and the file that it makes aligns', async () => {
    const { code, out, err } = await runCatchment(
      ['init', at('cover.tif'), at('soil.tif'), '--out', at('two.yaml'), '--json'],
      {},
    );
    expect([code, err]).toEqual([0, '']);
    const { gdalwarp } = JSON.parse(out).rasters[1];
    expect(gdalwarp).toMatch(/^gdalwarp -t_srs EPSG:5070 .* -of COG /);
    typeGdal(gdalwarp, folder);
    expect(typeGdal('gdalinfo soil-aligned.tif', folder)).toContain('LAYOUT=COG');
    const again = await runCatchment(
      ['init', at('cover.tif'), at('soil-aligned.tif'), '--out', at('aligned.yaml'), '--json'],
      {},
    );
    expect(JSON.parse(again.out)).toMatchObject({ rasters: [{ gdalwarp: null }, { gdalwarp: null }] });
    expect(JSON.parse(again.out).operations).toContain('cover_soil-aligned');
    const counted = await runCatchment(
      ['count', at('field.geojson'), 'cover_soil-aligned', '--catalog', at('aligned.yaml'), '--json'],
      {},
    );
    const { groups, cells, covered } = JSON.parse(counted.out) as Counted;
    expect(covered).toBe(1);
    // The soil is the same picture: most cells have twice the same value, none has no data.
    const same = groups.filter(({ values: [cover, soil] }) => cover === soil).reduce((sum, one) => sum + one.cells, 0);
    expect(same / cells).toBeGreaterThan(0.8);
    expect(groups.flatMap(({ values }) => values)).not.toContain(null);
  });

  it('cells beyond the edges of a raster without a no-data value are no data in the aligned file', async () => {
    typeGdal(
      'gdal_translate -q -srcwin 60 60 40 40 plain.tif part.tif && gdalwarp -q -t_srs EPSG:4326 -r near -dstnodata none part.tif turned.tif',
      folder,
    );
    const { out } = await runCatchment(
      ['init', at('cover.tif'), at('turned.tif'), '--out', at('part.yaml'), '--json'],
      {},
    );
    typeGdal(JSON.parse(out).rasters[1].gdalwarp, folder);
    const again = await runCatchment(
      ['init', at('cover.tif'), at('turned-aligned.tif'), '--out', at('part-aligned.yaml'), '--json'],
      {},
    );
    expect(JSON.parse(again.out).rasters[1].gdalwarp).toBeNull();
    const counted = await runCatchment(
      ['count', at('field.geojson'), 'turned-aligned', '--catalog', at('part-aligned.yaml'), '--json'],
      {},
    );
    const { groups } = JSON.parse(counted.out) as Counted;
    expect(groups.map(({ values: [value] }) => value)).toEqual(expect.arrayContaining([1, 2, 3, null]));
  });
});

interface Counted {
  readonly groups: readonly { readonly values: readonly (number | null)[]; readonly cells: number }[];
  readonly cells: number;
  readonly covered: number;
}

/** West, south, east, north. */
function cornersOf(name: string): readonly number[] {
  const { cornerCoordinates } = JSON.parse(typeGdal(`gdalinfo -json ${name}`, folder));
  const { lowerLeft, upperRight } = cornerCoordinates as { lowerLeft: number[]; upperRight: number[] };
  return [...lowerLeft, ...upperRight];
}
