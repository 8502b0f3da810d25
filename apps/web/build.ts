import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const [here, root] = [import.meta.dirname, join(import.meta.dirname, '../..')];
const folder = join(root, '.catchment/web');

/** The address of the service for a page that is served from elsewhere; '' where it serves it. */
const service = process.argv[2] ?? '';

/** The kinds of files that are sent packed. Fonts are packed already. */
const packed = /\.(js|mjs|css|html)$/;

/**
 * Builds the page into `.catchment/web`: `index.html`, and `assets/` with a hash in each name.
 * Does nothing if its sources are those that it was built from.
 */
async function main(): Promise<void> {
  const sources = sourcesHash();
  const mark = join(folder, 'sources.txt');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === sources) return;
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
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
  for (const path of [...outputs.map((one) => one.path), join(fresh, 'index.html')].filter((one) => packed.test(one)))
    pack(path);
  writeFileSync(join(fresh, 'sources.txt'), sources);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}

/** A hash of all that the page is made of. */
function sourcesHash(): string {
  const files = globSync(['apps/web/{build.ts,src/**}', 'packages/client/src/**', 'package-lock.json'], { cwd: root });
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
