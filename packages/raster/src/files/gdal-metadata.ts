import { readXml, type XmlElement } from '@cellshed/xml';

/** An item of the metadata that GDAL writes into a TIFF besides its tags. */
export interface GdalItem {
  readonly name: string;
  /** The band of the item, from 1; undefined: the whole file. */
  readonly band: number | undefined;
  /**
   * GDAL's role for it, if it is more than a remark: `scale`, `offset`, `colorinterp` and others.
   */
  readonly role: string | undefined;
  readonly value: string;
}

/** The items of the tag GDAL_METADATA; none if it cannot be read, as in GDAL. */
export function gdalItems(text: string | undefined): GdalItem[] {
  const root = text === undefined ? undefined : rootOf(text);
  if (root?.name !== 'GDALMetadata') return [];
  return root.children
    .filter(({ name, attributes }) => name === 'Item' && attributes.domain === undefined)
    .map(({ attributes, text: value }) => ({
      name: attributes.name ?? '',
      band: attributes.sample === undefined ? undefined : Number(attributes.sample) + 1,
      role: attributes.role,
      value,
    }));
}

function rootOf(text: string): XmlElement | undefined {
  try {
    return readXml(text.split('\0')[0]!);
  } catch {
    return undefined;
  }
}
