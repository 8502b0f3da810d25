import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../.rivals');
const requirements = join(import.meta.dirname, 'requirements.txt');
const geoblazeVersion = '2.8.0';

/** The path of a rival, or a sentence that says why there is none. */
export type Found = { readonly at: string } | { readonly problem: string };

/**
 * A Python that has these packages: `BENCH_PYTHON`, else a virtual environment of the bench's own,
 * made with pinned versions.
 */
export function pythonWith(packages: readonly string[]): Found {
  const python = process.env.BENCH_PYTHON ? { at: process.env.BENCH_PYTHON } : ownPython();
  if ('problem' in python) return python;
  try {
    run(python.at, ['-c', `import ${packages.join(', ')}`]);
    return python;
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** The folder in whose node_modules geoblaze is. */
export function geoblazeFolder(): Found {
  const at = join(folder, 'node');
  if (existsSync(join(at, 'node_modules/geoblaze'))) return { at };
  console.log(`installing geoblaze ${geoblazeVersion} in ${at}`);
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  return installed(at, () => run('npm', ['install', '--prefix', at, ...options, `geoblaze@${geoblazeVersion}`]));
}

/** Versions of what the rivals are made of, as far as they are there. */
export function rivalVersions(): Readonly<Record<string, string>> {
  const python = pythonWith(['rasterio']);
  const inPython =
    'at' in python ? execFileSync(python.at, [join(import.meta.dirname, 'versions.py')]).toString() : '{}';
  const geoblaze = join(folder, 'node/node_modules/geoblaze/package.json');
  return {
    ...JSON.parse(inPython),
    ...(existsSync(geoblaze) && { geoblaze: JSON.parse(readFileSync(geoblaze, 'utf8')).version }),
  };
}

function ownPython(): Found {
  const [at, wanted] = [join(folder, 'python'), readFileSync(requirements, 'utf8')];
  const [python, stamp] = [join(at, 'bin/python'), join(at, 'requirements.txt')];
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { at: python };
  console.log(`making a Python environment for the rivals in ${at}`);
  rmSync(at, { recursive: true, force: true });
  const made = installed(at, () => {
    run('python3', ['-m', 'venv', at]);
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
    writeFileSync(stamp, wanted);
  });
  return 'problem' in made ? made : { at: python };
}

/** A rival that was installed in part is removed, so that the next run tries again. */
function installed(at: string, install: () => void): Found {
  try {
    install();
    return { at };
  } catch (error) {
    rmSync(at, { recursive: true, force: true });
    return { problem: `it cannot be installed: ${(error as Error).message}` };
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.slice(0, 2).join(' ')}: ${error?.message ?? lastLine(stderr)}`);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
