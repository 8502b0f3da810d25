/**
 * A text in which the command stands as people type it here: `npx catchment` where npx has started
 * it.
 */
export function asTyped(text: string, env: Readonly<Record<string, string | undefined>> = process.env): string {
  const name = env.CATCHMENT_TYPED;
  if (name === undefined) return text;
  // In sentences it stands in backticks, in examples at the beginning of a line, after settings.
  return text
    .replaceAll('`catchment ', `\`${name} `)
    .replaceAll(/^((?:Usage:| ) (?:[A-Z_]+=\S+ )*)catchment /gm, `$1${name} `);
}
