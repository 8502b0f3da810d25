import { childOf, readXml, type XmlElement } from '@cellshed/xml';

/**
 * The content of a file `.aux.xml` about the raster beside it: GDAL's Persistent Auxiliary
 * Metadata, without statistics and histograms.
 */
export interface Pam {
  /** A code or WKT. */
  readonly srs: string | undefined;
  /**
   * The transform as in GDAL: x of the upper left corner, width of a cell, shear, y, shear, step
   * from row to row.
   */
  readonly geoTransform: readonly number[] | undefined;
  /** The bands by number, from 1. */
  readonly bands: ReadonlyMap<number, PamBand>;
  /** Items about the whole file. */
  readonly items: ReadonlyMap<string, string>;
}

export interface PamBand {
  /** The value as it is written, with all digits. */
  readonly nodata: string | undefined;
  readonly scale: string | undefined;
  readonly offset: string | undefined;
  /** `Alpha`, `Gray` and others. */
  readonly colour: string | undefined;
}

/** Tells whether a text begins as such a file does. */
export function isPam(text: string): boolean {
  return /^[^]{0,4096}<PAMDataset[\s>/]/.test(text);
}

/** Reads such a file; undefined if it is something else. Throws a sentence if it cannot be read. */
export function readPam(text: string): Pam | undefined {
  const root = readXml(text);
  if (root.name !== 'PAMDataset') return undefined;
  return {
    srs: childOf(root, 'SRS')?.text || esriSrs(root),
    geoTransform: transformOf(childOf(root, 'GeoTransform')?.text),
    bands: new Map(root.children.filter(({ name }) => name === 'PAMRasterBand').map(bandOf)),
    items: itemsOf(root),
  };
}

function transformOf(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined;
  const numbers = text.split(',').map(Number);
  if (numbers.length === 6 && numbers.every(Number.isFinite)) return numbers;
  throw new Error(`its <GeoTransform> is "${text.slice(0, 100)}", expected six numbers`);
}

function bandOf(element: XmlElement): [number, PamBand] {
  const text = (name: string) => childOf(element, name)?.text;
  const nodata = childOf(element, 'NoDataValue');
  return [
    Number(element.attributes.band ?? Number.NaN),
    {
      nodata: nodata && (exactDouble(nodata.attributes.le_hex_equiv) ?? nodata.text),
      scale: text('Scale'),
      offset: text('Offset'),
      colour: text('ColorInterp'),
    },
  ];
}

/** The double whose bytes are written in hexadecimal, the least significant first. */
function exactDouble(hex = ''): string | undefined {
  return /^[\da-f]{16}$/i.test(hex) ? String(Buffer.from(hex, 'hex').readDoubleLE()) : undefined;
}

function itemsOf(root: XmlElement): Map<string, string> {
  const plain = root.children.filter(({ name, attributes }) => name === 'Metadata' && !attributes.domain);
  return new Map(plain.flatMap(({ children }) => children.map(({ attributes, text }) => [attributes.key ?? '', text])));
}

/** The place where ArcGIS writes the CRS. */
function esriSrs(root: XmlElement): string | undefined {
  const metadata = root.children.find(({ attributes }) => attributes.domain === 'xml:ESRI');
  const form = metadata && childOf(metadata, 'GeodataXform');
  const reference = form && childOf(form, 'SpatialReference');
  return (reference && childOf(reference, 'WKT')?.text) || undefined;
}
