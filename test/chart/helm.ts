import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const own = join(import.meta.dirname, '../../.catchment/helm/bin/helm');
const program = existsSync(own) ? own : 'helm';

/** The folder of the chart. */
export const chart = join(import.meta.dirname, '../../deploy/helm/catchment');

/** An object of Kubernetes, as far as tests look at it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  // The members differ from kind to kind.
  readonly spec: Readonly<Record<string, never>>;
}

/** Runs `helm` to its end, with values in a file. Answers what it has said, and its exit code. */
export function helm(
  args: readonly string[],
  values: object = {},
): { readonly code: number | null; out: string; err: string } {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-chart-'));
  try {
    const file = join(folder, 'values.json');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(values));
    const options = { encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
    const { status, stdout, stderr, error } = spawnSync(program, [...args, '--values', file], options);
    if (error) throw error;
    return { code: status, out: stdout, err: stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The objects of the chart in the namespace `prod`, and their text. Throws what Helm refuses. */
export function render(
  values: object,
  release = 'cat',
): { readonly text: string; readonly objects: readonly KubernetesObject[] } {
  const { code, out, err } = helm(
    ['template', release, chart, '--namespace', 'prod', '--kube-version', '1.34.0'],
    values,
  );
  if (code !== 0) throw new Error(err);
  const all = parseAllDocuments(out).map((document) => document.toJS() as KubernetesObject | null);
  return { text: out, objects: all.filter((one) => one !== null) };
}

export const ofKind = (objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((one) => one.kind === kind);

/** A member of the spec of an object, by its path. */
export const memberOf = <Member>({ spec }: KubernetesObject, ...path: readonly string[]): Member =>
  path.reduce<Record<string, never>>((value, name) => value[name] as never, spec) as Member;
