import type { Drawer } from './drawers.ts';
import { unseal } from './seal.ts';

/** The keys beneath `start`: `''`, or a group's path and a slash. */
export function keysIn(drawer: Drawer, start: string): AsyncIterable<string> {
  return names(drawer, start, keyOf);
}

/** The groups there. */
export function groupsIn(drawer: Drawer, start: string): AsyncIterable<string> {
  return names(drawer, start, groupOf);
}

/** The names that `nameOf` makes of the paths beneath `start`, each name once. */
async function* names(drawer: Drawer, start: string, nameOf: (path: string) => string | undefined) {
  // A store may list a value twice, and a reader must not add it up twice.
  const seen = new Set<string>();
  for await (const path of drawer.paths(start)) {
    const name = nameOf(path.slice(start.length));
    if (name === undefined || seen.has(name)) continue;
    seen.add(name);
    yield name;
  }
}

/** The number of values that are read at once and are in memory together. */
const itemsAtOnce = 32;

export async function* itemsIn(drawer: Drawer, start: string): AsyncIterable<readonly [string, Uint8Array]> {
  async function* read(keys: readonly string[]) {
    const found = await drawer.getMany(keys.map((key) => start + key));
    for (const [at, sealed] of found.entries()) {
      const value = sealed && unseal(sealed);
      if (value) yield [keys[at] as string, value] as const;
    }
  }
  let batch: string[] = [];
  for await (const key of keysIn(drawer, start)) {
    batch.push(key);
    if (batch.length < itemsAtOnce) continue;
    yield* read(batch);
    batch = [];
  }
  if (batch.length > 0) yield* read(batch);
}

function keyOf(path: string): string | undefined {
  return path.includes('/') ? undefined : path;
}

function groupOf(path: string): string | undefined {
  const end = path.indexOf('/');
  return end === -1 ? undefined : path.slice(0, end);
}
