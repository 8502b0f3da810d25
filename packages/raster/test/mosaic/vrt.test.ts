import { readVrt } from '../../src/mosaic/vrt.ts';
import { vrtText, type WrittenSource, type WrittenVrt } from './vrt-text.ts';

const source: WrittenSource = { file: 'a.tif', to: [0, 0, 4, 3] };
const read = (vrt: Partial<WrittenVrt>, band = 1) =>
  readVrt(vrtText({ width: 9, height: 7, sources: [source], ...vrt }), band);
const help = 'gdal_translate -co COMPRESS=DEFLATE -co TILED=YES -co BIGTIFF=IF_SAFER IN.vrt OUT.tif makes a file of it';

describe('a VRT', () => {
  it('says where its cells lie, and which file has them', () => {
    const more = '<Histograms/><Metadata><MDI key="a">b</MDI></Metadata><Scale>2</Scale>';
    const other = {
      file: 'sub/b &amp; c.tif',
      from: [1, 2],
      to: [5, 0, 4, 3],
      size: [20, 10],
      nodata: '-9999',
      band: 3,
    } as const;
    expect(read({ type: 'Int16', nodata: '-1', sources: [source, other], bandMore: more, srs: 'EPSG:5070' })).toEqual({
      width: 9,
      height: 7,
      scale: { scale: 2, offset: 0 },
      srs: 'EPSG:5070',
      place: { originX: 500_000, originY: 5_000_000, cellWidth: 30, cellHeight: 30 },
      sampleType: 'int16',
      nodata: -1,
      fill: -1,
      isMasked: false,
      sources: [
        {
          file: 'a.tif',
          isRelative: true,
          band: 1,
          size: undefined,
          block: undefined,
          from: { column: 0, row: 0 },
          to: { firstColumn: 0, endColumn: 4, firstRow: 0, endRow: 3 },
          seenThrough: undefined,
        },
        {
          file: 'sub/b & c.tif',
          isRelative: true,
          band: 3,
          size: { width: 20, height: 10 },
          block: undefined,
          from: { column: 1, row: 2 },
          to: { firstColumn: 5, endColumn: 9, firstRow: 0, endRow: 3 },
          seenThrough: -9999,
        },
      ],
    });
  });

  it('may be written by arithmetic that is a little off, and change values by nothing', () => {
    const more = '<ScaleOffset>0</ScaleOffset><ScaleRatio>1</ScaleRatio>';
    const off: WrittenSource = {
      file: 'a.tif',
      from: [1.9999999, 0],
      to: [3.0000001, 0, 4, 3],
      fromSize: [3.9999999, 3],
      nodata: 0,
      more,
    };
    expect(read({ sources: [off] }).sources[0]).toMatchObject({
      from: { column: 2 },
      to: { firstColumn: 3, endColumn: 7 },
    });
  });

  it('has the bands that it has', () => {
    expect(() => read({}, 2)).toThrow('it has no band 2, expected 1 to 1');
  });

  it.each<[string, Partial<WrittenVrt>]>([
    [
      'resamples 4 × 3 cells to 8 × 6, expected cells of the same size',
      { sources: [{ ...source, to: [0, 0, 8, 6], fromSize: [4, 3] }] },
    ],
    ['its cells lie 0.5 cells off those of the VRT', { sources: [{ ...source, to: [0.5, 0, 4, 3] }] }],
    ['its cells lie 1.25 cells off those of the VRT', { sources: [{ ...source, from: [0, 1.25] }] }],
    [
      'it has <ScaleOffset>5</ScaleOffset>, expected values as they are in the file',
      { sources: [{ ...source, nodata: 0, more: '<ScaleOffset>5</ScaleOffset>' }] },
    ],
    [
      'it has <ScaleRatio>0.1</ScaleRatio>',
      { sources: [{ ...source, nodata: 0, more: '<ScaleRatio>0.1</ScaleRatio>' }] },
    ],
    ['it has <LUT>0:1,5:7</LUT>', { sources: [{ ...source, nodata: 0, more: '<LUT>0:1,5:7</LUT>' }] }],
    ['it has <Exponent>2</Exponent>', { sources: [{ ...source, nodata: 0, more: '<Exponent>2</Exponent>' }] }],
    [
      'it has <ColorTableComponent>1</ColorTableComponent>',
      { sources: [{ ...source, nodata: 0, more: '<ColorTableComponent>1</ColorTableComponent>' }] },
    ],
    [
      '<AveragedSource> 1 (a.tif) cannot be used: expected a <SimpleSource> or a <ComplexSource>',
      { sources: [{ ...source, element: 'AveragedSource' }] },
    ],
    [
      '<KernelFilteredSource> 2 (b.tif) cannot be used',
      { sources: [source, { ...source, file: 'b.tif', element: 'KernelFilteredSource' }] },
    ],
    ['<NoDataFromMaskSource> 1 (a.tif) cannot be used', { sources: [{ ...source, element: 'NoDataFromMaskSource' }] }],
    ['its <SourceBand> is "mask,1", expected the number of a band', { sources: [{ ...source, band: 'mask,1' }] }],
    [
      'it has <OpenOptions>, expected none',
      { sources: [{ ...source, more: '<OpenOptions><OOI key="OVERVIEW_LEVEL">2</OOI></OpenOptions>' }] },
    ],
    ['its grid is rotated', { place: '500000, 30, 1, 5000000, 0, -30' }],
    ['expected columns that go rightwards and rows that go downwards', { place: '500000, 30, 0, 5000000, 0, 30' }],
    [
      'its mask band has other files than the band itself',
      {
        more: `<MaskBand><VRTRasterBand dataType="Byte"><SimpleSource><SourceFilename relativeToVRT="1">mask.tif</SourceFilename></SimpleSource></VRTRasterBand></MaskBand>`,
      },
    ],
  ])('is refused, with what makes of it a file that can be read: %s', (sentence, vrt) => {
    expect(() => read(vrt)).toThrow(sentence);
    expect(() => read(vrt)).toThrow(help);
  });

  it.each<[string, string]>([
    [
      'it has <VRTDataset subClass="VRTWarpedDataset">',
      '<VRTDataset rasterXSize="1" rasterYSize="1" subClass="VRTWarpedDataset"/>',
    ],
    ['it has <VRTDataset subClass="VRTProcessedDataset">', '<VRTDataset subClass="VRTProcessedDataset"/>'],
    [
      'it has <VRTRasterBand subClass="VRTDerivedRasterBand">',
      '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1" subClass="VRTDerivedRasterBand"><PixelFunctionType>sum</PixelFunctionType></VRTRasterBand></VRTDataset>',
    ],
    ['it is <OGRVRTDataSource>, expected <VRTDataset>', '<OGRVRTDataSource/>'],
    ['it is not XML', 'II*'],
    ['its VRTDataset rasterXSize is "", expected a number', '<VRTDataset/>'],
    [
      'its VRTDataset rasterYSize is 0, expected a whole number from 1',
      '<VRTDataset rasterXSize="1" rasterYSize="0"/>',
    ],
    [
      'it has a DOCTYPE',
      '<!DOCTYPE VRTDataset [<!ENTITY a SYSTEM "/etc/passwd">]><VRTDataset rasterXSize="1" rasterYSize="1"/>',
    ],
    [
      'it does not say where its cells lie',
      '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte"/></VRTDataset>',
    ],
    [
      'its <GeoTransform> has 3 numbers, expected 6',
      '<VRTDataset rasterXSize="1" rasterYSize="1"><GeoTransform>1,2,3</GeoTransform><VRTRasterBand dataType="Byte"/></VRTDataset>',
    ],
    [
      'its GeoTransform is "x", expected a number',
      '<VRTDataset rasterXSize="1" rasterYSize="1"><GeoTransform>1,x,3</GeoTransform><VRTRasterBand dataType="Byte"/></VRTDataset>',
    ],
    [
      'its band is of type CFloat32',
      '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="CFloat32"/></VRTDataset>',
    ],
    [
      'its band is of type constructor',
      '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="constructor"/></VRTDataset>',
    ],
  ])('is refused: %s', (sentence, text) => {
    expect(() => readVrt(text, 1)).toThrow(sentence);
  });

  it('is refused where a source lacks what it needs, by its number', () => {
    const without = vrtText({ width: 9, height: 7, sources: [source] }).replace(
      '<SourceFilename relativeToVRT="1">a.tif</SourceFilename>',
      '',
    );
    expect(() => readVrt(without, 1)).toThrow(
      'its <SimpleSource> 1 (no file) cannot be used: it has no <SourceFilename>',
    );
    const half = vrtText({ width: 9, height: 7, sources: [source] }).replace(/<SrcRect[^>]*>/, '');
    expect(() => readVrt(half, 1)).toThrow('it has one of <SrcRect> and <DstRect>, expected both');
    const words = vrtText({ width: 9, height: 7, sources: [source] }).replace('xOff="0"', 'xOff="left"');
    expect(() => readVrt(words, 1)).toThrow('its SrcRect xOff is "left", expected a number');
  });
});
