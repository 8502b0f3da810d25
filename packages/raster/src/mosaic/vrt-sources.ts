import { childOf, type XmlElement } from '@cellshed/xml';
import type { Window } from '../grid/window.ts';
import { parseNumber } from '../tiles/nodata.ts';
import { mostFiles } from './file-list.ts';
import { asFile, isTrue, number, wholeNumber } from './vrt-values.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A file of a VRT, and the places of its cells. */
export interface VrtSource {
  /** The name as the VRT writes it. */
  readonly file: string;
  /** Whether the name is relative to the VRT. */
  readonly isRelative: boolean;
  /** The band, from 1. */
  readonly band: number;
  /** The size of the file according to the VRT. */
  readonly size: Size | undefined;
  /** The size of the file's blocks according to the VRT. */
  readonly block: Size | undefined;
  /** The cell of the file at the upper left of the window. */
  readonly from: { readonly column: number; readonly row: number };
  /** The cells of the VRT that the file has; undefined: all. */
  readonly to: Window | undefined;
  /**
   * The holes of the file through which files beneath are visible: cells of this value, or those
   * that its mask hides.
   */
  readonly seenThrough: number | 'mask' | undefined;
}

/**
 * The sources of a band, in their order. A source of a mask may be a mask, or one value for all
 * cells.
 */
export function vrtSources(band: XmlElement, { isMask = false } = {}): VrtSource[] {
  const elements = band.children.filter(({ name }) => name.endsWith('Source'));
  if (elements.length > mostFiles) throw new Error(`it has more than ${mostFiles} sources, expected fewer`);
  return elements.map((element, i) => {
    const file = childOf(element, 'SourceFilename')?.text ?? '';
    try {
      return sourceOf(element, isMask);
    } catch (cause) {
      const place = `<${element.name}> ${i + 1} (${file === '' ? 'no file' : file.slice(-200)})`;
      throw new Error(`its ${place} cannot be used: ${(cause as Error).message}`, { cause });
    }
  });
}

function sourceOf(element: XmlElement, isMask: boolean): VrtSource {
  const { name, children } = element;
  if (name !== 'SimpleSource' && name !== 'ComplexSource')
    throw new Error(`expected a <SimpleSource> or a <ComplexSource>; ${asFile}`);
  const filename = childOf(element, 'SourceFilename');
  if (filename === undefined || filename.text === '') throw new Error('it has no <SourceFilename>');
  const values = name === 'ComplexSource' ? children : [];
  if (!isMask) for (const child of values) refuseOther(child);
  if (childOf(element, 'OpenOptions')?.children.length)
    throw new Error(`it has <OpenOptions>, expected none; ${asFile}`);
  return {
    file: filename.text,
    isRelative: isTrue(filename.attributes.relativeToVRT),
    band: bandOf(element, isMask),
    size: sizeOf(element),
    block: blockOf(element),
    ...windowsOf(element),
    seenThrough: seenThroughOf(values),
  };
}

/** Elements that change values, each with a test whether it does. */
const changing: Readonly<Record<string, (text: string) => boolean>> = {
  ScaleOffset: (text) => number(text, 'ScaleOffset') !== 0,
  ScaleRatio: (text) => number(text, 'ScaleRatio') !== 1,
  LUT: () => true,
  Exponent: () => true,
  SrcMin: () => true,
  SrcMax: () => true,
  DstMin: () => true,
  DstMax: () => true,
  Clamp: () => false,
  ColorTableComponent: (text) => number(text, 'ColorTableComponent') !== 0,
};

function refuseOther({ name, text }: XmlElement): void {
  if (Object.hasOwn(changing, name) && changing[name]?.(text))
    throw new Error(
      `it has <${name}>${text.slice(0, 40)}</${name}>, expected values as they are in the file; ${asFile}`,
    );
}

function bandOf(element: XmlElement, isMask: boolean): number {
  const text = childOf(element, 'SourceBand')?.text ?? '1';
  const band = Number(/^mask(?:,(\d+))?$/.exec(text)?.[1] ?? (text.startsWith('mask') ? 1 : text));
  if (Number.isInteger(band) && band >= 1 && (isMask || !text.startsWith('mask'))) return band;
  throw new Error(`its <SourceBand> is "${text.slice(0, 40)}", expected the number of a band; ${asFile}`);
}

function sizeOf(element: XmlElement): Size | undefined {
  const properties = childOf(element, 'SourceProperties');
  const { RasterXSize, RasterYSize } = properties?.attributes ?? {};
  if (properties === undefined || RasterXSize === undefined || RasterYSize === undefined) return undefined;
  return { width: wholeNumber(properties, 'RasterXSize', 1), height: wholeNumber(properties, 'RasterYSize', 1) };
}

/** Larger blocks are refused, because each tile would take as much memory. */
const mostCellsOfBlock = 2 ** 24;

/** The size of blocks according to the VRT, unless it is too large. */
function blockOf(element: XmlElement): Size | undefined {
  const { BlockXSize, BlockYSize } = childOf(element, 'SourceProperties')?.attributes ?? {};
  const [width, height] = [Number(BlockXSize), Number(BlockYSize)];
  const isSize = Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1;
  return isSize && width * height <= mostCellsOfBlock ? { width, height } : undefined;
}

/** The rounding of whole numbers by the writer's arithmetic. */
const tolerance = 1e-3;

function windowsOf(element: XmlElement): Pick<VrtSource, 'from' | 'to'> {
  const [from, to] = [rectOf(element, 'SrcRect'), rectOf(element, 'DstRect')];
  if (to === undefined && from === undefined) return { from: { column: 0, row: 0 }, to: undefined };
  if (to === undefined || from === undefined) throw new Error('it has one of <SrcRect> and <DstRect>, expected both');
  if (Math.abs(from.width - to.width) > tolerance || Math.abs(from.height - to.height) > tolerance) {
    const sizes = `${from.width} × ${from.height} cells to ${to.width} × ${to.height}`;
    throw new Error(`it resamples ${sizes}, expected cells of the same size; ${asFile}`);
  }
  const [column, row] = [whole(from.column), whole(from.row)];
  const [firstColumn, firstRow] = [whole(to.column), whole(to.row)];
  return {
    from: { column, row },
    to: { firstColumn, firstRow, endColumn: firstColumn + whole(to.width), endRow: firstRow + whole(to.height) },
  };
}

function rectOf(element: XmlElement, name: 'SrcRect' | 'DstRect') {
  const rect = childOf(element, name);
  if (rect === undefined) return undefined;
  const value = (attribute: string) => number(rect.attributes[attribute] ?? '', `${name} ${attribute}`);
  return { column: value('xOff'), row: value('yOff'), width: value('xSize'), height: value('ySize') };
}

function whole(cells: number): number {
  const nearest = Math.round(cells);
  if (Math.abs(cells - nearest) <= tolerance) return nearest + 0;
  throw new Error(`its cells lie ${cells} cells off those of the VRT, expected a whole number of cells; ${asFile}`);
}

function seenThroughOf(children: readonly XmlElement[]): VrtSource['seenThrough'] {
  const text = (name: string) => children.find((child) => child.name === name)?.text;
  const nodata = parseNumber(text('NODATA') ?? '');
  if (nodata !== undefined) return nodata;
  return isTrue(text('UseMaskBand')) ? 'mask' : undefined;
}
