/** A source of a VRT in its written form. */
export interface WrittenSource {
  readonly file: string;
  readonly relative?: boolean;
  readonly band?: number | string;
  readonly size?: readonly [width: number, height: number] | undefined;
  readonly block?: readonly [width: number, height: number];
  /** The cells to read, and their place; undefined: neither is written. */
  readonly from?: readonly [column: number, row: number];
  readonly to?: readonly [column: number, row: number, width: number, height: number] | undefined;
  readonly fromSize?: readonly [width: number, height: number];
  readonly nodata?: number | string | undefined;
  /** Elements that come last. */
  readonly more?: string;
  readonly element?: string;
}

export interface WrittenVrt {
  readonly width: number;
  readonly height: number;
  readonly type?: string;
  readonly nodata?: number | string | undefined;
  readonly srs?: string;
  readonly place?: string;
  readonly sources: readonly WrittenSource[];
  /** Elements of the band that come last. */
  readonly bandMore?: string;
  readonly more?: string;
}

/** The text of a VRT of one band; cells of 30 m from (500000, 5000000) in UTM zone 33. */
export function vrtText(vrt: WrittenVrt): string {
  const { width, height, type = 'Byte', nodata, srs = 'EPSG:32633', sources, bandMore = '', more = '' } = vrt;
  const place = vrt.place ?? '500000, 30, 0, 5000000, 0, -30';
  return `<VRTDataset rasterXSize="${width}" rasterYSize="${height}">
  <SRS>${srs}</SRS><GeoTransform>${place}</GeoTransform>
  <VRTRasterBand dataType="${type}" band="1">${nodata === undefined ? '' : `<NoDataValue>${nodata}</NoDataValue>`}
    ${sources.map(sourceText).join('\n    ')}${bandMore}
  </VRTRasterBand>${more}
</VRTDataset>`;
}

function sourceText(source: WrittenSource): string {
  const { file, relative = true, band = 1, size, block, from = [0, 0], to, nodata, more = '' } = source;
  const element = source.element ?? (nodata === undefined ? 'SimpleSource' : 'ComplexSource');
  const [width, height] = source.fromSize ?? to?.slice(2) ?? [];
  const rects =
    to === undefined
      ? ''
      : `<SrcRect xOff="${from[0]}" yOff="${from[1]}" xSize="${width}" ySize="${height}"/>` +
        `<DstRect xOff="${to[0]}" yOff="${to[1]}" xSize="${to[2]}" ySize="${to[3]}"/>`;
  const blocks = block === undefined ? '' : ` BlockXSize="${block[0]}" BlockYSize="${block[1]}"`;
  const properties =
    size === undefined
      ? ''
      : `<SourceProperties RasterXSize="${size[0]}" RasterYSize="${size[1]}" DataType="Byte"${blocks}/>`;
  const own = nodata === undefined ? '' : `<NODATA>${nodata}</NODATA>`;
  const name = `<SourceFilename relativeToVRT="${relative ? 1 : 0}">${file}</SourceFilename>`;
  return `<${element}>${name}<SourceBand>${band}</SourceBand>${properties}${rects}${own}${more}</${element}>`;
}
