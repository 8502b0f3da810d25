import { counted, file, gdalMetadata, nodata, one, pattern, type Recipe, tiles, wide } from './recipe.ts';
import { type Cells, cellsImage, placed, type Tag, writeTiff } from './tiff-writer.ts';

const [, , geoKeys] = placed as [Tag, Tag, Tag];
const cellsAsPoints: Tag = [34735, 'short', [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 2, 3072, 0, 1, 32_633]];

/** A raster with other files beside it. */
const beside = (files: Recipe['files'], cells: Partial<Cells> = {}): Recipe => ({
  files: { ...file(cells).files, ...files },
});
/** A raster that does not contain its place. */
const unplaced = (files: Recipe['files'], tags: readonly Tag[] = [geoKeys]): Recipe => ({
  files: { '.tif': writeTiff([cellsImage({ ...one, tags })]), ...files },
});

const pam = (content: string) => ({ '.tif.aux.xml': `<PAMDataset>\n${content}\n</PAMDataset>\n` });
const ofBand = (band: number, content: string) => `<PAMRasterBand band="${band}">${content}</PAMRasterBand>`;
const transform = '<GeoTransform>  1.0e2,  2.0,  0.0,  3.0e2,  0.0, -4.0</GeoTransform>';
const world = (x = 11) => `2.0\n0.0\n0.0\n-3.0\n${x}\n22.0\n`;

const maskCells = (height: number, width: number, shown = 1) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => ((x * x + 3 * y) % 5 > 1 ? shown : 0)),
  );
const flags = (...of: number[]) =>
  gdalMetadata(of.map((value, i) => `<Item name="INTERNAL_MASK_FLAGS_${i + 1}">${value}</Item>`).join('\n'));
const mask = (cells: Partial<Cells>, tags: readonly Tag[]) => ({
  '.tif.msk': writeTiff(
    [cellsImage({ bands: [maskCells(4, 6)], bits: 1, ...cells, tags: [...tags, ...(cells.tags ?? [])] })],
    cells,
  ),
});
const internalMask = cellsImage({ bands: [pattern(2)], bits: 1, tags: [[254, 'long', 4]] });
const two = { bands: [counted, pattern(40)] };

export const sidecars: Readonly<Record<string, Recipe>> = {
  'a mask beside': beside(mask({}, [flags(2)])),
  'a mask beside, of 8 bits': beside(mask({ bands: [maskCells(4, 6, 255)], bits: 8, deflate: true }, [flags(2)])),
  'a mask beside, partly sparse': beside(mask({ rowsPerStrip: 2, sparse: [0] }, [flags(2)])),
  'a mask beside, big-endian': beside(mask({ bigEndian: true, bigTiff: true }, [flags(2)])),
  'a mask beside that does not say whose it is': beside(mask({}, [])),
  'a mask beside two bands': { ...beside(mask({}, [flags(2, 2)]), two), band: 2 },
  'a mask beside, a band of it each': {
    ...beside(mask({ bands: [maskCells(4, 6), maskCells(4, 6).reverse()] }, [flags(0, 0)]), two),
    band: 2,
  },
  'a mask beside, of the second band alone': beside(
    mask({ bands: [maskCells(4, 6), maskCells(4, 6).reverse()] }, [
      gdalMetadata('<Item name="INTERNAL_MASK_FLAGS_2">0</Item>'),
    ]),
    two,
  ),
  'a mask beside and a no-data value': beside(mask({}, [flags(2)]), { tags: [nodata('7')] }),
  'a mask beside and one within': {
    files: {
      '.tif': writeTiff([cellsImage({ ...one, tags: placed }), internalMask]),
      ...mask({}, [flags(2)]),
    },
  },
  'a mask beside and alpha': beside(mask({}, [flags(2, 2)]), {
    bands: [counted, pattern(2)],
    tags: [[338, 'short', 2]],
  }),
  'a mask beside tiles, in strips': beside(
    mask({ bands: [maskCells(20, 40)], rowsPerStrip: 3, deflate: true }, [flags(2)]),
    tiles,
  ),
  'a mask beside that is no TIFF': beside({ '.tif.msk': '<html>not found</html>' }),

  '.aux.xml, no data': beside(pam(ofBand(1, '<NoDataValue>5.00000000000000E+00</NoDataValue>'))),
  '.aux.xml, no data other than the tag': beside(pam(ofBand(1, '<NoDataValue>5</NoDataValue>')), {
    tags: [nodata('3')],
  }),
  '.aux.xml, no data of each band': {
    ...beside(pam(ofBand(1, '<NoDataValue>5</NoDataValue>') + ofBand(2, '<NoDataValue>7</NoDataValue>')), two),
    band: 2,
  },
  '.aux.xml, no data of another band': beside(pam(ofBand(2, '<NoDataValue>5</NoDataValue>')), {
    ...two,
    tags: [nodata('3')],
  }),
  '.aux.xml, no data to the last bit': beside(
    pam(ofBand(1, '<NoDataValue le_hex_equiv="0000000000001440">5.1</NoDataValue>')),
    { kind: 'float', bits: 64 },
  ),
  '.aux.xml, no data of sparse tiles': beside(pam(ofBand(1, '<NoDataValue>9</NoDataValue>')), {
    ...tiles,
    bands: [wide()],
    sparse: [1, 3],
  }),
  '.aux.xml, statistics only': beside(
    pam(ofBand(1, '<Metadata><MDI key="STATISTICS_MINIMUM">1</MDI></Metadata><Histograms><HistItem/></Histograms>')),
  ),
  '.aux.xml, place': unplaced(pam(transform)),
  '.aux.xml, place other than the tags': beside(pam(transform)),
  '.aux.xml, place, cells as points': unplaced(pam(transform), [cellsAsPoints]),
  '.aux.xml, rows upwards': unplaced(pam(transform.replace('-4.0', '4.0'))),
  '.aux.xml, alpha': beside(pam(ofBand(2, '<ColorInterp>Alpha</ColorInterp>')), { bands: [counted, pattern(2)] }),
  '.aux.xml, values of all bands': beside(pam('<Metadata><MDI key="NODATA_VALUES">2 3</MDI></Metadata>'), {
    bands: [pattern(5), pattern(4)],
  }),
  '.aux.xml of something else': beside({ '.tif.aux.xml': '<html><body>not found</body></html>' }),

  'GDAL_METADATA, alpha': file({
    bands: [counted, pattern(2)],
    tags: [gdalMetadata('<Item name="COLORINTERP" sample="1" role="colorinterp">Alpha</Item>')],
  }),
  'GDAL_METADATA, no alpha though ExtraSamples says so': file({
    bands: [counted, pattern(2)],
    tags: [[338, 'short', 2], gdalMetadata('<Item name="COLORINTERP" sample="1" role="colorinterp">Undefined</Item>')],
  }),
  'GDAL_METADATA, values of all bands': file({
    bands: [pattern(5), pattern(4)],
    tags: [gdalMetadata('<Item name="NODATA_VALUES">2 3</Item>'), nodata('4')],
  }),
  'GDAL_METADATA, values of too few bands': file({
    bands: [pattern(5), pattern(4)],
    tags: [gdalMetadata('<Item name="NODATA_VALUES">2</Item>'), nodata('4')],
  }),

  'world file .tfw': unplaced({ '.tfw': world() }),
  'world file .tifw': unplaced({ '.tifw': world() }),
  'world file .wld': unplaced({ '.wld': world() }),
  'world file in capitals': unplaced({ '.TFW': world() }),
  'three world files': unplaced({ '.tfw': world(), '.tifw': world(12), '.wld': world(13) }),
  'two world files': unplaced({ '.tifw': world(12), '.wld': world(13) }),
  'world file and tags': beside({ '.tfw': world() }),
  'world file and .aux.xml': unplaced({ '.tfw': world(), ...pam(transform) }),
  'world file, cells as points': unplaced({ '.tfw': world() }, [cellsAsPoints]),
  'world file, one tie point in the tags': unplaced({ '.tfw': world() }, [geoKeys, placed[1] as Tag]),
  'world file with commas and other ends of lines': unplaced({
    '.tfw': world().replaceAll('\n', '\r\n').replaceAll('.', ','),
  }),
  'world file, rows upwards': unplaced({ '.tfw': world().replace('-3', '3') }),
};
