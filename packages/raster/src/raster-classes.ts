import { readXml, type XmlElement } from '@cellshed/xml';
import type { BytesSource } from './bytes/bytes.ts';
import { openBytes, openIfThere } from './bytes/open-bytes.ts';
import { classesOfBand, classesOfPalette, united } from './classes/band-classes.ts';
import type { ClassFact } from './classes/class-fact.ts';
import type { RasterOptions } from './files/raster-options.ts';
import { besideUrl } from './files/sidecars.ts';
import { readPalette } from './geotiff/geotiff.ts';
import { filesOf, isVrt } from './mosaic/file-list.ts';

/** The most bytes of a file of descriptions. */
const mostBytes = 64 * 2 ** 20;

/**
 * Reads what the files of a raster say of its values, ascending: names of categories, attribute
 * tables and colours, in the GeoTIFF or VRT and in the `.aux.xml` beside it. Of a raster of several
 * files, the first is read. A table may name values that no cell has.
 */
export async function rasterClasses({
  url,
  network,
  band = 1,
}: Pick<RasterOptions, 'url' | 'network' | 'band'>): Promise<ReadonlyMap<number, ClassFact>> {
  const [first = ''] = await filesOf(url);
  const source = await openBytes(first, { network });
  try {
    const own = isVrt(first)
      ? classesOfBand(bandOf(readXml(await textOf(source)), 'VRTRasterBand', band))
      : classesOfPalette(await readPalette(source));
    return united([own, await classesBeside(besideUrl(first, '.aux.xml'), { network, band })]);
  } finally {
    await source.close();
  }
}

async function classesBeside(
  url: string | undefined,
  { network, band }: { readonly network: RasterOptions['network']; readonly band: number },
): Promise<ReadonlyMap<number, ClassFact>> {
  const source = url === undefined ? undefined : await openIfThere(url, { network });
  if (source === undefined) return new Map();
  try {
    const root = readXml(await textOf(source));
    return root.name === 'PAMDataset' ? classesOfBand(bandOf(root, 'PAMRasterBand', band)) : new Map();
  } finally {
    await source.close();
  }
}

async function textOf(source: BytesSource): Promise<string> {
  return new TextDecoder().decode(await source.read(0, mostBytes));
}

/** The element of a band; an empty one where the file does not describe it. */
function bandOf(root: XmlElement, name: string, band: number): XmlElement {
  const found = root.children.find((child) => child.name === name && Number(child.attributes.band ?? 1) === band);
  return found ?? { name, attributes: {}, children: [], text: '' };
}
