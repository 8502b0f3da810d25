import { readXml, type XmlElement } from '@cellshed/xml';
import iconv from 'iconv-lite';

/** A feature of GeoJSON, not checked yet. */
export interface KmlFeature {
  readonly type: 'Feature';
  readonly properties: Readonly<Record<string, unknown>>;
  readonly geometry: KmlGeometry | null;
}

type KmlGeometry =
  | { readonly type: string; readonly coordinates: unknown }
  | { readonly type: 'GeometryCollection'; readonly geometries: readonly KmlGeometry[] };

/** More elements than any drawing has: each takes memory, however short it is. */
const mostElements = 200_000;

/**
 * The placemarks of KML (OGC 12-007r2), of all folders, as features of GeoJSON, and the number of
 * links to other files, which are not followed. Lines and points are features of these types.
 * Throws a sentence for a text that is no KML, or that has a document type.
 */
export function readKml(bytes: Uint8Array): { readonly features: readonly KmlFeature[]; readonly links: number } {
  const root = readXml(textOf(bytes), mostElements);
  const features: KmlFeature[] = [];
  let links = 0;
  const search = (element: XmlElement) => {
    const name = localName(element);
    if (name === 'Placemark') features.push(featureOf(element));
    else if (name === 'NetworkLink') links += 1;
    else if (containers.includes(name)) element.children.forEach(search);
  };
  if (!['kml', ...containers, 'Placemark'].includes(localName(root)))
    throw new Error(`is XML with <${root.name.slice(0, 40)}> around it, expected <kml>`);
  search(root);
  return { features, links };
}

const containers = ['kml', 'Document', 'Folder'];

/** The text in the encoding that its first line names, else UTF-8. */
function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [, mark] = /^(\xff\xfe|\xfe\xff)/.exec(buffer.toString('latin1', 0, 2)) ?? [];
  const [, named] = /^[^>]*encoding\s*=\s*["']([\w.:-]+)["']/.exec(buffer.toString('latin1', 0, 200)) ?? [];
  const encoding = mark === undefined ? (named ?? 'utf-8') : 'utf-16';
  if (!iconv.encodingExists(encoding))
    throw new Error(`is in the encoding ${JSON.stringify(encoding)}, expected UTF-8`);
  return iconv.decode(buffer, encoding);
}

/** The name of an element without its namespace: `kml:Placemark` is a Placemark. */
function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(':') + 1);
}

function childrenOf({ children }: XmlElement, ...names: readonly string[]): XmlElement[] {
  return children.filter((child) => names.includes(localName(child)));
}

function featureOf(placemark: XmlElement): KmlFeature {
  const textOfChild = (name: string) => childrenOf(placemark, name)[0]?.text || undefined;
  const [name, description] = [textOfChild('name'), textOfChild('description')];
  const extended = childrenOf(placemark, 'ExtendedData').flatMap((data) => [
    ...childrenOf(data, 'Data').map((one) => [one.attributes.name, childrenOf(one, 'value')[0]?.text ?? null]),
    ...childrenOf(data, 'SchemaData').flatMap((schema) =>
      childrenOf(schema, 'SimpleData').map((one) => [one.attributes.name, one.text]),
    ),
  ]);
  const geometries = placemark.children.flatMap((child) => geometryOf(child) ?? []);
  return {
    type: 'Feature',
    properties: {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...Object.fromEntries(extended.filter(([key]) => key !== undefined)),
    },
    geometry: geometries[0] ?? null,
  };
}

/** Types without area, and what they are in GeoJSON. */
const withoutArea: Readonly<Record<string, string>> = {
  Point: 'Point',
  Model: 'Point',
  LineString: 'LineString',
  LinearRing: 'LineString',
  Track: 'LineString',
  MultiTrack: 'MultiLineString',
};

function geometryOf(element: XmlElement): KmlGeometry | undefined {
  const name = localName(element);
  if (name === 'Polygon') return { type: 'Polygon', coordinates: ringsOf(element) };
  if (name === 'MultiGeometry')
    return { type: 'GeometryCollection', geometries: element.children.flatMap((child) => geometryOf(child) ?? []) };
  const type = withoutArea[name];
  return type === undefined ? undefined : { type, coordinates: [] };
}

function ringsOf(polygon: XmlElement): number[][][] {
  const inner = childrenOf(polygon, 'innerBoundaryIs');
  return [...childrenOf(polygon, 'outerBoundaryIs').slice(0, 1), ...inner]
    .flatMap((boundary) => childrenOf(boundary, 'LinearRing'))
    .map((ring) => positionsIn(childrenOf(ring, 'coordinates')[0]?.text ?? ''));
}

/** Positions as `lon,lat,height`, apart by blanks. Programs also write blanks after commas. */
function positionsIn(text: string): number[][] {
  const plain = text.replaceAll(/\s*,\s*/g, ',').trim();
  return plain === '' ? [] : plain.split(/\s+/).map((position) => position.split(',').slice(0, 2).map(Number));
}
