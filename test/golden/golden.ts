import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'fixtures');

/** Whether the golden files are written anew instead of compared. */
export const isUpdating = process.env['UPDATE_GOLDEN'] === '1';

/** A golden file's text as it was written. */
export function readGolden(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** Compares a text with its golden file, to the byte. Throws the first line that differs. */
export function expectGolden(name: string, text: string): void {
  if (isUpdating) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
    return;
  }
  if (!existsSync(join(folder, name))) throw new Error(`there is no golden file ${name}: UPDATE_GOLDEN=1 writes it`);
  const golden = readGolden(name);
  if (golden !== text) throw new Error(`test/golden/fixtures/${name}: ${firstDifference(golden, text)}`);
}

/** The first line that differs, from a little before the first character that does. */
export function firstDifference(golden: string, text: string): string {
  const [before, now] = [golden.split('\n'), text.split('\n')];
  const at = before.findIndex((line, i) => line !== now[i]);
  const line = at < 0 ? before.length : at;
  const [was, is] = [before[line] ?? '(end)', now[line] ?? '(end)'];
  const character = Array.from(was).findIndex((one, i) => one !== is[i]);
  const from = Math.max(0, (character < 0 ? was.length : character) - 60);
  const shown = (one: string) => `${from > 0 ? '…' : ''}${one.slice(from, from + 200)}`;
  return `line ${line + 1} differs\n  golden: ${shown(was)}\n  now:    ${shown(is)}`;
}

/** Texts under titles, for a golden file that holds several. */
export function sections(texts: readonly (readonly [title: string, text: string])[]): string {
  return texts.map(([title, text]) => `## ${title}\n${text}\n`).join('\n');
}

/** A text with ids and times put in order of appearance or taken out: they are others each time. */
export function steady(text: string): string {
  const ids = new Map<string, string>();
  const number = (id: string) => {
    if (!ids.has(id)) ids.set(id, `<id ${ids.size + 1}>`);
    return ids.get(id) as string;
  };
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, number)
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>');
}
