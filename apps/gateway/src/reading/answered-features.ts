import { hash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { PackedEntry } from '@cellshed/cache';
import type { Catalog } from '@cellshed/catalog';
import type { ResultDocument } from '@cellshed/contracts';
import { type AnswerProperties, answerProperties, type TabledOperation } from '@cellshed/tables';

/** Areas as GeoJSON, and the results that are to be their properties. */
export interface ToAnswer {
  readonly asked: TabledOperation;
  /** GeoJSON features with commas between. */
  readonly features: Uint8Array;
  /** The results of the first of them; undefined: there is none. */
  readonly results: readonly (Packed | undefined)[];
}

type Packed = Pick<PackedEntry, 'stored' | 'encoding' | 'valueBytes'>;

/** Such areas with their answers. */
export interface Answered {
  /** The number of areas: fewer than results if their text is very long. */
  readonly returned: number;
  readonly features: Uint8Array;
  /** Changes when the features do. */
  readonly tag: string;
}

/** The most characters of a page; a first area with more fills a page alone. */
const mostCharacters = 16 * 2 ** 20;

type Properties = Readonly<Record<string, unknown>>;

/** Adds the properties of answers to features. */
export function answeredFeatures(
  { asked, features, results }: ToAnswer,
  catalog: Pick<Catalog, 'operations' | 'rasters'>,
): Answered {
  const answers = answerProperties(asked, catalog);
  const all: { properties: Properties }[] = JSON.parse(`[${Buffer.from(features).toString()}]`);
  const texts: string[] = [];
  let length = 0;
  for (const [i, packed] of results.entries()) {
    const { properties, ...others } = all[i] as (typeof all)[number];
    const answer = packed ? answers.of(resultIn(packed)) : answers.none;
    const text = JSON.stringify({ ...others, properties: { ...besides(properties, answers), ...answer } });
    length += text.length;
    if (i > 0 && length > mostCharacters) break;
    texts.push(text);
  }
  const bytes = new TextEncoder().encode(texts.join(','));
  return { returned: texts.length, features: bytes, tag: hash('sha256', bytes).slice(0, 32) };
}

function resultIn({ stored, encoding, valueBytes }: Packed): ResultDocument {
  const text = encoding === undefined ? stored : zstdDecompressSync(stored, { maxOutputLength: valueBytes });
  return JSON.parse(Buffer.from(text).toString());
}

/** The table's own properties. One that is called like that of an answer is told apart. */
function besides(own: Properties, { properties }: AnswerProperties): Properties {
  const names = Object.keys(own);
  const answers = new Set(properties.map(({ name }) => name.toLowerCase()));
  const taken = new Set([...answers, ...names.map((name) => name.toLowerCase())]);
  const free = (name: string): string => (taken.has(name.toLowerCase()) ? free(`${name}_property`) : name);
  const shown = (name: string) => (answers.has(name.toLowerCase()) ? free(name) : name);
  return Object.fromEntries(names.map((name) => [shown(name), own[name]]));
}
