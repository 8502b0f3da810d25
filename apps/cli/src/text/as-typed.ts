/**
 * A text in which the command stands as people type it here: `npx catchment` where npx has started
 * it.
 */
export function asTyped(text: string, env: Readonly<Record<string, string | undefined>> = process.env): string {
  const name = env.CATCHMENT_TYPED;
  if (name === undefined) return text;
  // The command stands in backticks in sentences, and at the beginning of a line, after settings,
  // in examples.
  return text
    .replaceAll('`catchment ', `\`${name} `)
    .replaceAll(/^((?:Usage:| ) (?:[A-Z_]+=\S+ )*)catchment /gm, `$1${name} `);
}
