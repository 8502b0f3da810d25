import { gdalItems } from '../../packages/raster/src/files/gdal-metadata.ts';
import { readPam } from '../../packages/raster/src/files/pam.ts';
import { readWorldFile } from '../../packages/raster/src/files/world-file.ts';
import { mosaicTiling } from '../../packages/raster/src/mosaic/mosaic-tiling.ts';
import { wholeOf } from '../../packages/raster/src/mosaic/sheet.ts';
import { sourceUrl } from '../../packages/raster/src/mosaic/source-url.ts';
import { readVrt, type Vrt } from '../../packages/raster/src/mosaic/vrt.ts';
import { vrtText } from '../../packages/raster/test/mosaic/vrt-text.ts';
import type { Random } from './random.ts';
import { holds, type Outcome, sentenceOr, type Target } from './target.ts';

const numbers = [
  '0',
  '1',
  '-1',
  '0.5',
  '1e-300',
  '1e300',
  '1e400',
  'NaN',
  '0x10',
  '',
  '2147483647',
  '2147483648',
  'nan',
];

function numberText(random: Random): string {
  return random.once(4) ? random.pick(numbers) : String(random.below(600));
}

/** Cuts, doubles and changes pieces of XML. */
function altered(text: string, random: Random): string {
  const tags = text.split(/(?=<)/);
  const at = random.below(tags.length);
  const changes: readonly (() => readonly string[])[] = [
    () => tags.toSpliced(at, 1),
    () => tags.toSpliced(at, 0, tags[random.below(tags.length)] as string),
    () =>
      tags.toSpliced(
        at,
        1,
        (tags[at] as string).replace(/"[^"]*"/, () => `"${numberText(random)}"`),
      ),
    () =>
      tags.toSpliced(
        at,
        1,
        (tags[at] as string).replace(/>[^<]*$/, () => `>${numberText(random)}`),
      ),
    () => tags.toSpliced(at, 0, random.pick(['<!DOCTYPE a>', '<!-- -->', '<![CDATA[x]]>', '&a;', '&#0;', '<', '\0'])),
    () => tags.slice(0, at),
    () => tags.toSpliced(at, 0, '<a>'.repeat(random.below(50))),
  ];
  return random.pick(changes)().join('');
}

const files = [
  'a.tif',
  '../b.tif',
  '/c.tif',
  'https://h/a.tif',
  '/vsicurl/https://h/a.tif',
  's3://b/a',
  '\0',
  'a.vrt',
  '',
];

function vrt(random: Random): string {
  const rect = () => [random.below(9), random.below(9), random.below(600), random.below(600)] as const;
  const size = () => [random.below(600), random.below(600)] as const;
  const sources = random.list(4, () => ({
    file: random.pick(files),
    relative: random.once(2),
    band: random.pick([1, 1, 2, 0, 'mask,1', 'mask']),
    size: random.once(2) ? size() : undefined,
    ...(random.once(2) && { block: random.once(4) ? ([2 ** 31, 1] as const) : size() }),
    to: random.once(4) ? undefined : rect(),
    from: [random.below(9), random.below(9)] as const,
    ...(random.once(4) && { nodata: numberText(random) }),
  }));
  const [width, height, type] = [1 + random.below(600), 1 + random.below(600), random.pick(['Byte', 'Float32', 'x'])];
  const place = Array.from({ length: 6 }, () => numberText(random)).join(',');
  const text = vrtText({ width, height, type, sources, ...(random.once(4) && { place }) });
  return random.once(2) ? text : altered(random.once(4) ? altered(text, random) : text, random);
}

function checkVrt({ width, height, sources, place }: Vrt): void {
  holds(Number.isInteger(width) && width >= 1 && Number.isInteger(height) && height >= 1, 'columns and rows');
  holds(Object.values(place).every(Number.isFinite), 'a place of numbers');
  for (const { band, size, block, to } of sources) {
    holds(band >= 1, 'bands from 1');
    for (const cells of [size, block]) if (cells) holds(Number.isInteger(cells.width * cells.height), 'whole sizes');
    if (to) holds([to.firstColumn, to.endColumn, to.firstRow, to.endRow].every(Number.isInteger), 'whole windows');
  }
  const tiling = mosaicTiling(
    { width, height },
    sources.map(({ to, from, size, block }) => {
      const tile = block ?? { width: 512, height: 512 };
      return { from, tile, to: to ?? wholeOf(size ?? tile) };
    }),
  );
  holds(tiling.width * tiling.height <= 2 ** 24 && tiling.width >= 1 && tiling.height >= 1, 'tiles of a size');
  holds(tiling.across * tiling.width >= width && tiling.down * tiling.height >= height, 'tiles everywhere');
}

async function runVrt(random: Random): Promise<Outcome> {
  const text = vrt(random);
  const read = await sentenceOr(() => readVrt(text, random.pick([1, 1, 1, 2])));
  if (read === undefined) return 'refused';
  checkVrt(read);
  const base = random.pick(['/data/a.vrt', 'https://h/a.vrt', 's3://b/a.vrt', 'file:///data/a.vrt']);
  for (const source of read.sources) await sentenceOr(() => sourceUrl(base, source));
  return 'accepted';
}

const pam = `<PAMDataset><SRS>EPSG:32633</SRS><GeoTransform>500000, 30, 0, 5000000, 0, -30</GeoTransform><Metadata><MDI key="a">b</MDI>
  </Metadata><PAMRasterBand band="1"><NoDataValue le_hex_equiv="0000000000000840">3</NoDataValue><Scale>2</Scale><Offset>1</Offset>
  </PAMRasterBand></PAMDataset>`;
const metadata =
  '<GDALMetadata><Item name="SCALE" sample="0" role="scale">2</Item><Item name="NODATA_VALUES">1 2</Item></GDALMetadata>';

async function runBeside(random: Random): Promise<Outcome> {
  const text = altered(altered(random.once(2) ? pam : metadata, random), random);
  const read = await sentenceOr(() => readPam(text));
  const items = gdalItems(text);
  holds(items.length <= 20, 'no more items than there are elements');
  if (read?.geoTransform) holds(read.geoTransform.every(Number.isFinite), 'six numbers');
  const world = readWorldFile(Array.from({ length: 6 }, () => numberText(random)).join('\n'));
  if (world) holds(world.every(Number.isFinite), 'six numbers of a world file');
  return read === undefined ? 'refused' : 'accepted';
}

export const vrtXml: Target = { name: 'VRT', cases: 4000, run: runVrt };
export const besideXml: Target = { name: 'files beside a raster', cases: 6000, run: runBeside };
