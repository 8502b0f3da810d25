const longestName = 63;

/**
 * Gives names of a catalog: small letters, digits, `_` and `-`, each once. Names of which there is
 * one already get a number.
 */
export function nameGiver(taken: readonly string[] = []): (text: string) => string {
  const given = new Set(taken);
  return (text) => {
    const name = nameOf(text);
    let unused = name;
    for (let i = 2; given.has(unused); i++) unused = `${name.slice(0, longestName - 1 - String(i).length)}_${i}`;
    given.add(unused);
    return unused;
  };
}

function nameOf(text: string): string {
  const letters = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '_')
    .replaceAll(/^[_-]+|[_-]+$/g, '');
  return (/^[a-z]/.test(letters) ? letters : `data_${letters}`.replace(/_$/, '')).slice(0, longestName);
}

/** The name of a file without folder, query and ending. */
export function stemOf(location: string): string {
  const base =
    location
      .replace(/^([a-z0-9+.-]+:\/\/[^?#]*).*$/is, '$1')
      .split(/[\\/]/)
      .at(-1) ?? '';
  return base.replace(/\.[A-Za-z0-9]{1,10}$/, '');
}

/** A name as people write it: `land_cover-2021` as `Land cover 2021`. */
export function titleOf(text: string): string {
  const words = text.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
