import type { Facts, FactValue } from '@cellshed/raster';
import type { ShownRaster } from '../shown-raster.ts';
import { wrapped } from './wrapped.ts';

/**
 * A raster for people: what is counted with, then what the file says, in lines of so many
 * characters.
 */
export function shownRasterText({ name, title, url, catalog, file, understood }: ShownRaster, width: number): string {
  const urls = typeof url === 'string' ? [url] : url;
  const others = urls.length > 1 ? ` and ${urls.length - 1} more` : '';
  const problem = 'problem' in understood ? String(understood.problem) : undefined;
  return [
    ...wrapped(`${name}${title === undefined ? '' : `: ${title}`}`, width, ''),
    ...factLines({ file: `${urls[0]}${others}` }, width),
    ...(problem === undefined ? factLines(understood as Facts, width) : section('cannot be used', problem, width)),
    ...(Object.keys(catalog).length > 0 ? ['  in the catalog', ...factLines(catalog, width, '    ')] : []),
    ...fileLines(file, { width, isKnown: problem !== undefined }),
  ].join('\n');
}

/**
 * The facts of the file. If it cannot be read, the reason usually stands above already: the raster
 * cannot be used.
 */
function fileLines(
  file: ShownRaster['file'],
  { width, isKnown }: { readonly width: number; readonly isKnown: boolean },
): string[] {
  if ('facts' in file) return [`  in the ${fileText(file)}`, ...factLines(file.facts, width, '    ')];
  return isKnown ? [] : section('the file', file.problem, width);
}

function fileText({ kind, files }: Exclude<ShownRaster['file'], { readonly problem: string }>): string {
  const count = files.toLocaleString('en');
  if (kind === 'VRT') return `VRT (of ${count} ${files === 1 ? 'file' : 'files'})`;
  return files === 1 ? kind : `first of ${count} ${kind}s`;
}

function section(head: string, sentence: string, width: number): string[] {
  return [`  ${head}`, ...wrapped(sentence, width, '    ')];
}

/** The names that people use for facts with cryptic names. */
const labels: Readonly<Record<string, string>> = {
  crs: 'CRS',
  crsDefinition: 'as PROJ has it',
  cellSize: 'cell size',
  cellArea: 'cell area',
  nodata: 'no data',
  extraSamples: 'extra samples',
  byteOrder: 'byte order',
  pixelScale: 'pixel scale',
  geoKeys: 'GeoKeys',
  srs: 'SRS',
};

const labelWidth = 18;

/**
 * A line for each fact, or more where it does not fit: its name, and its value in a column of its
 * own.
 */
function factLines(facts: Facts, width: number, indent = '  '): string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    const label = `${indent}${labels[name] ?? name}`.padEnd(labelWidth + 1);
    const [first = '', ...others] = wrapped(textOf(name, value), width, ' '.repeat(labelWidth + 2));
    return [`${label} ${first.trimStart()}`.trimEnd(), ...others];
  });
}

function textOf(name: string, value: FactValue): string {
  if (name === 'cellArea') return `${value} m²`;
  // Metadata are XML in many lines.
  if (typeof value !== 'object') return String(value).replaceAll(/\s+/g, ' ').trim();
  if (Array.isArray(value)) return value.join(pairs.has(name) ? ' × ' : ', ');
  const members = Object.entries(value as Readonly<Record<string, unknown>>);
  return members.map(([key, one]) => `${key} ${typeof one === 'string' ? JSON.stringify(one) : one}`).join(', ');
}

const pairs = new Set(['size', 'cellSize', 'tiles']);
