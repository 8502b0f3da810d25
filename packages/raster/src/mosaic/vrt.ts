import { childOf, readXml, type XmlElement } from '@cellshed/xml';
import { type BandScale, bandScale } from '../files/band-facts.ts';
import { fillOfTag, nodataOfTag, parseNumber } from '../tiles/nodata.ts';
import type { SampleType } from '../tiles/samples.ts';
import { type VrtSource, vrtSources } from './vrt-sources.ts';
import { asFile, isTrue, number, wholeNumber } from './vrt-values.ts';

/**
 * One band of GDAL's VRT, a file that names other files: the places of their cells on its grid, and
 * their order.
 */
export interface Vrt {
  readonly width: number;
  readonly height: number;
  /** The CRS as GDAL writes it: WKT or a code. */
  readonly srs: string | undefined;
  /** The upper left corner, and the size of cells. */
  readonly place: Readonly<Record<'originX' | 'originY' | 'cellWidth' | 'cellHeight', number>>;
  readonly sampleType: SampleType;
  /** The value that means no data, as the type holds it. */
  readonly nodata: number | undefined;
  /** The value of cells without a source. */
  readonly fill: number;
  /** The scale and offset of the band. */
  readonly scale?: BandScale;
  /** Whether a mask or an alpha band makes cells without a source no data. */
  readonly isMasked: boolean;
  /** The sources; later ones are on top. */
  readonly sources: readonly VrtSource[];
}

/**
 * Reads a VRT whose sources are files with cells that coincide with its own. Throws a sentence that
 * names the element, and the source, for anything that would change cells, and for damage.
 */
export function readVrt(text: string, band: number): Vrt {
  const root = readXml(text);
  if (root.name !== 'VRTDataset') throw new Error(`it is <${root.name}>, expected <VRTDataset>`);
  refuseKind(root);
  const [width, height] = (['rasterXSize', 'rasterYSize'] as const).map((name) => wholeNumber(root, name, 1));
  const bands = root.children.filter(({ name }) => name === 'VRTRasterBand');
  const own = bands.find((element, i) => Number(element.attributes.band ?? i + 1) === band);
  if (own === undefined) throw new Error(`it has no band ${band}, expected 1 to ${bands.length}`);
  refuseKind(own);
  const sources = vrtSources(own);
  const sampleType = sampleTypeOf(own);
  const written = parseNumber(childOf(own, 'NoDataValue')?.text ?? '');
  const scale = bandScale(childOf(own, 'Scale')?.text, childOf(own, 'Offset')?.text);
  const isHidden = isTrue(childOf(own, 'HideNoDataValue')?.text);
  return {
    width: width as number,
    height: height as number,
    srs: childOf(root, 'SRS')?.text || undefined,
    place: placeOf(root),
    sampleType,
    nodata: isHidden || written === undefined ? undefined : nodataOfTag(written, sampleType),
    fill: written === undefined ? 0 : fillOfTag(written, sampleType),
    isMasked: isMasked(root, own, bands, sources),
    ...(scale && { scale }),
    sources,
  };
}

/**
 * Datasets and bands of other kinds compute their cells: VRTWarpedDataset, VRTDerivedRasterBand and
 * others.
 */
function refuseKind({ name, attributes }: XmlElement): void {
  const kind = attributes.subClass ?? name;
  if (kind === name || kind === 'VRTSourcedRasterBand') return;
  throw new Error(`it has <${name} subClass="${kind}">, expected files whose cells are taken as they are; ${asFile}`);
}

const sampleTypes: Readonly<Record<string, SampleType>> = {
  Byte: 'uint8',
  Int8: 'int8',
  UInt16: 'uint16',
  Int16: 'int16',
  UInt32: 'uint32',
  Int32: 'int32',
  Float32: 'float32',
  Float64: 'float64',
};

function sampleTypeOf({ attributes }: XmlElement): SampleType {
  const { dataType = 'Byte' } = attributes;
  const type = Object.hasOwn(sampleTypes, dataType) ? sampleTypes[dataType] : undefined;
  if (type !== undefined) return type;
  throw new Error(`its band is of type ${dataType}, expected ${Object.keys(sampleTypes).join(', ')}`);
}

function placeOf(root: XmlElement): Vrt['place'] {
  const text = childOf(root, 'GeoTransform')?.text;
  if (text === undefined) throw new Error('it does not say where its cells lie, expected <GeoTransform>');
  const numbers = text.split(',').map((value) => number(value, 'GeoTransform'));
  const [originX = 0, cellWidth = 0, shearX = 0, originY = 0, shearY = 0, step = 0] = numbers;
  if (numbers.length !== 6) throw new Error(`its <GeoTransform> has ${numbers.length} numbers, expected 6`);
  if (shearX !== 0 || shearY !== 0) throw new Error(`its grid is rotated, expected one that is not; ${asFile}`);
  if (!(cellWidth > 0 && step < 0)) {
    throw new Error(
      `its cells are ${cellWidth} × ${step} large, expected columns that go rightwards and rows that go downwards; ${asFile}`,
    );
  }
  return { originX, originY, cellWidth, cellHeight: -step };
}

/**
 * Tells whether the band has a mask or an alpha band. It must be that of the files themselves: it
 * hides only cells that are already no data there, and cells without a file.
 */
function isMasked(root: XmlElement, own: XmlElement, bands: readonly XmlElement[], sources: readonly VrtSource[]) {
  const alpha = bands.find((band) => band !== own && childOf(band, 'ColorInterp')?.text === 'Alpha');
  const mask = childOf(own, 'MaskBand') ?? childOf(root, 'MaskBand');
  const element = mask === undefined ? alpha : childOf(mask, 'VRTRasterBand');
  if (element === undefined) return false;
  refuseKind(element);
  const places = (of: readonly Pick<VrtSource, 'file' | 'to'>[]) =>
    JSON.stringify(of.map(({ file, to }) => [file, to]));
  if (places(vrtSources(element, { isMask: true })) === places(sources)) return true;
  const kind = mask === undefined ? 'alpha' : 'mask';
  throw new Error(`its ${kind} band has other files than the band itself, expected the same; ${asFile}`);
}
