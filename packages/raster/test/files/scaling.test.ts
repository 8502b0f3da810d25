import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSummaries, summaryAccumulator } from '../../src/gather/summary.ts';
import { openRaster } from '../../src/open-raster.ts';
import { withRaster } from '../fixture-files.ts';
import { gdalMetadata } from '../odd-files/recipe.ts';
import { cellsFile, type Tag } from '../odd-files/tiff-writer.ts';
import { digits } from '../pictures.ts';
import { laidOut } from '../scenes.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catchment-scaling-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(tags: readonly Tag[], pam = '', name = 'r.tif'): string {
  const path = join(folder, name);
  writeFileSync(path, cellsFile({ bands: [[[1, 2]], [[3, 4]]], tags }));
  if (pam !== '')
    writeFileSync(`${path}.aux.xml`, `<PAMDataset><PAMRasterBand band="1">${pam}</PAMRasterBand></PAMDataset>`);
  return path;
}

const item = (role: string, value: string, sample = 0) =>
  `<Item name="${role.toUpperCase()}" sample="${sample}" role="${role}">${value}</Item>`;
const both = gdalMetadata(item('scale', '0.1') + item('offset', '-273.15'));

describe('scale and offset', () => {
  it.each([
    ['are none where nothing is said', [], '', undefined],
    ['are what the tag says', [both], '', [0.1, -273.15]],
    ['are 1 and 0 where one of them is not said', [gdalMetadata(item('offset', '5'))], '', [1, 5]],
    ['are what is said of the band', [gdalMetadata(item('scale', '2', 1))], '', undefined],
    ['are no remark that is called so', [gdalMetadata('<Item name="SCALE" sample="0">2</Item>')], '', undefined],
    ['are what is said beside the file', [both], '<Offset>10</Offset><Scale>2</Scale>', [2, 10]],
    ['are both what is said beside the file', [both], '<Scale>2</Scale>', [2, 0]],
    ['are numbers with a point or a comma', [gdalMetadata(item('scale', ' 0,5 '))], '', [0.5, 0]],
    ['are none where they change nothing', [gdalMetadata(item('scale', '1') + item('offset', '0'))], '', undefined],
  ] as const)('%s', async (_, tags, pam, expected) => {
    const url = put(tags, pam);
    for (const scaled of [false, true]) {
      await withRaster({ url, scaled }, ({ scaling }) => {
        const [scale, offset] = expected ?? [];
        expect(scaling).toEqual(expected && { scale, offset, isApplied: scaled });
      });
    }
  });

  it('that would make all values the same are refused, but only where they are applied', async () => {
    const url = put([gdalMetadata(item('scale', '0'))]);
    await withRaster({ url }, ({ scaling }) => expect(scaling?.scale).toBe(0));
    await expect(openRaster({ name: 'soil', url, scaled: true })).rejects.toThrow(
      /^raster soil: cannot use .*: its scale is 0 and its offset 0, expected numbers, and a scale other than 0$/,
    );
  });

  it('of several files are theirs where they agree, else they cannot be applied', async () => {
    const same = [put([both], '', 'a.tif'), put([both], '', 'b.tif')];
    await withRaster({ url: same, scaled: true }, ({ scaling }) =>
      expect(scaling).toEqual({ scale: 0.1, offset: -273.15, isApplied: true }),
    );
    const other = [...same, put([], '', 'c.tif')];
    await withRaster({ url: other }, ({ scaling }) => expect(scaling).toBe(undefined));
    await expect(openRaster({ name: 'soil', url: other, scaled: true })).rejects.toThrow(
      /c\.tif: it has scale 1 and offset 0, expected scale 0\.1 and offset -273\.15, as .*a\.tif has$/,
    );
  });

  it('of a VRT are what its band says', async () => {
    put([]);
    const path = join(folder, 'r.vrt');
    writeFileSync(
      path,
      `<VRTDataset rasterXSize="2" rasterYSize="1"><SRS>EPSG:32633</SRS><GeoTransform>5e5, 30, 0, 5e6, 0, -30</GeoTransform>
       <VRTRasterBand dataType="Byte" band="1"><Offset>3</Offset><Scale>2</Scale><SimpleSource><SourceFilename relativeToVRT="1">r.tif</SourceFilename>
       <SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>`,
    );
    await withRaster({ url: path, scaled: true }, ({ scaling }) =>
      expect(scaling).toEqual({ scale: 2, offset: 3, isApplied: true }),
    );
  });
});

describe('values in units', () => {
  it('that no double holds are no data', async () => {
    const scaling = { scale: 1e307, offset: 0, isApplied: true };
    const { rasters, whole } = laidOut({
      pictures: [{ rows: digits('0199'), scaling }],
      area: ['####'],
      at: [0, 0],
      block: { width: 4, height: 1 },
      batch: 1,
    });
    const [summary] = addSummaries(await whole(() => summaryAccumulator(rasters)));
    expect(summary).toMatchObject({ cells: 4, noData: 0, min: 0, max: 9e307 });
    const larger = { ...rasters[0]!, scaling: { ...scaling, scale: 1e308 } };
    const [most] = addSummaries(await whole(() => summaryAccumulator([larger])));
    expect(most).toMatchObject({ cells: 2, noData: 2, min: 0, max: 1e308 });
  });
});
