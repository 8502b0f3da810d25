const grave = ['high', 'critical'];

/**
 * The result of `npm audit --json`: known grave faults of packages, or the reason why nothing is
 * known.
 */
export type Advisories = { readonly faults: readonly string[] } | { readonly unknown: string };

/** Reads the output of `npm audit --json`: a report, or the reason why the registry gave none. */
export function advisoriesIn(text: string): Advisories {
  const said = parse(text);
  if (said?.auditReportVersion === undefined)
    return { unknown: said?.message ?? said?.error?.summary ?? 'npm printed no report' };
  const faults = Object.values(said.vulnerabilities ?? {}).filter(({ severity }) => grave.includes(severity));
  return { faults: faults.map(({ name, severity, range, via }) => `${name} ${range}: ${severity}${titles(via)}`) };
}

interface Vulnerability {
  readonly name: string;
  readonly severity: string;
  readonly range: string;
  /** Advisories, or names of packages that have them. */
  readonly via?: readonly (string | { readonly title?: string; readonly url?: string })[];
}

interface Said {
  readonly auditReportVersion?: number;
  readonly vulnerabilities?: Readonly<Record<string, Vulnerability>>;
  readonly message?: string;
  readonly error?: { readonly summary?: string };
}

function parse(text: string): Said | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function titles(via: Vulnerability['via'] = []): string {
  const words = via.map((one) =>
    typeof one === 'string' ? `by ${one}` : `${one.title ?? ''} ${one.url ?? ''}`.trim(),
  );
  return words.length > 0 ? ` (${words.join('; ')})` : '';
}
