import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { docsPage, pagePath } from './docs/docs-pages.ts';

const [here, root] = [import.meta.dirname, join(import.meta.dirname, '../..')];
const folder = join(root, '.catchment/web');

/** The address of the service for a page that is served from elsewhere; '' where it serves it. */
const service = process.argv[2] ?? '';

/** The kinds of files that are sent packed. Fonts are packed already. */
const packed = /\.(js|mjs|css|html)$/;

/**
 * Builds the page into `.catchment/web`: `index.html`, `assets/` with a hash in each name, and
 * `docs/`, the documentation as pages.
 * Does nothing if its sources are those that it was built from.
 */
async function main(): Promise<void> {
  const sources = sourcesHash();
  const mark = join(folder, 'sources.txt');
  const isBuilt = () => existsSync(mark) && readFileSync(mark, 'utf8') === sources;
  if (isBuilt()) return;
  const fresh = `${folder}.${process.pid}`;
  const { metafile } = await build({
    entryPoints: [
      { in: join(here, 'src/main.tsx'), out: 'page' },
      { in: 'maplibre-gl/dist/maplibre-gl-worker.mjs', out: 'map-worker' },
    ],
    outdir: join(fresh, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    ...{ bundle: true, splitting: true, format: 'esm', minify: true, metafile: true, legalComments: 'linked' },
    target: ['es2022'],
    loader: { '.woff2': 'file' },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { CATCHMENT_URL: JSON.stringify(service) },
    absWorkingDir: here,
    logLevel: 'warning',
  });
  const outputs = Object.entries(metafile.outputs).map(([path, { entryPoint }]) => ({
    path: join(here, path),
    entryPoint,
  }));
  const built = (ending: RegExp) => {
    const found = outputs.find(({ path }) => ending.test(basename(path)));
    if (!found) throw new Error(`esbuild has made no file like ${ending}`);
    return relative(fresh, found.path).replaceAll('\\', '/');
  };
  const files = [
    `<link rel="stylesheet" href="${built(/^page-.*\.css$/)}" />`,
    `<link rel="preload" href="${built(/^source-sans-3-latin-wght-normal-.*\.woff2$/)}" as="font" type="font/woff2" crossorigin />`,
    `<script type="module" src="${built(/^page-.*\.js$/)}" data-worker="${built(/^map-worker-.*\.js$/)}"></script>`,
  ];
  const page = readFileSync(join(here, 'src/index.html'), 'utf8').replace('<!-- files -->', files.join('\n    '));
  writeFileSync(join(fresh, 'index.html'), page);
  writeDocs(join(fresh, 'docs'));
  for (const path of [...outputs.map((one) => one.path), join(fresh, 'index.html')].filter((one) => packed.test(one)))
    pack(path);
  writeFileSync(join(fresh, 'sources.txt'), sources);
  const old = `${fresh}.old`;
  try {
    // Another process may have been quicker, and be serving what it has built.
    if (isBuilt()) return;
    // A file that is deleted in place is in the way of other processes that build it.
    moveAway(folder, old);
    renameSync(fresh, folder);
  } catch (error) {
    // Another process may have been quicker.
    if (!isBuilt()) throw error;
  } finally {
    for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  }
}

/** Moves a folder, if it is there. */
function moveAway(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const font = '@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2';

/** Writes the documentation as pages, with its images. */
function writeDocs(to: string): void {
  const files = globSync(['README.md', 'docs/**/*.md'], { cwd: root });
  const sources = new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(join(root, file), 'utf8')]));
  const template = readFileSync(join(here, 'docs/template.html'), 'utf8');
  for (const source of sources.keys()) {
    const path = join(to, pagePath(source));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, docsPage(source, sources, template));
  }
  copyFileSync(join(here, 'docs/docs.css'), join(to, 'docs.css'));
  copyFileSync(fileURLToPath(import.meta.resolve(font)), join(to, 'source-sans-3.woff2'));
  for (const image of globSync('docs/**/*.{png,svg}', { cwd: root })) {
    mkdirSync(dirname(join(to, '..', image)), { recursive: true });
    copyFileSync(join(root, image), join(to, '..', image));
  }
}

/** A hash of all that the page is made of. */
function sourcesHash(): string {
  const files = globSync(
    ['apps/web/{build.ts,src/**,docs/**}', 'packages/client/src/**', 'package-lock.json', 'README.md', 'docs/**'],
    { cwd: root },
  );
  const hash = createHash('sha256').update(service);
  for (const file of files.sort()) if (/\.\w+$/.test(file)) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function pack(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
}

await main();
