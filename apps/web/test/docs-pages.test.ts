import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { docsPage, pagePath } from '../docs/docs-pages.ts';

const root = join(import.meta.dirname, '../../..');
const template = readFileSync(join(root, 'apps/web/docs/template.html'), 'utf8');
const sources = new Map(
  globSync(['README.md', 'docs/**/*.md'], { cwd: root }).map((file) => [file, readFileSync(join(root, file), 'utf8')]),
);
const pages = new Map(Array.from(sources.keys(), (source) => [pagePath(source), docsPage(source, sources, template)]));

/** The values of an attribute in a page. */
function valuesOf(attribute: string, page: string): string[] {
  return Array.from(page.matchAll(new RegExp(`${attribute}="([^"]*)"`, 'g')), ([, value]) => value as string);
}

it('there is a page of each document, with its title', () => {
  expect(pages.size).toBe(sources.size);
  expect(pages.get('index.html')).toContain('<title>Catchment – Catchment</title>');
  expect(pages.get('guides/cache.html')).toMatch(/<h1[^>]*>/);
});

it.each([...pages.keys()])('each link and image of %s leads to what is there', (path) => {
  const page = pages.get(path) as string;
  const wrong = [...valuesOf('href', page), ...valuesOf('src', page)].filter((href) => {
    if (/^(https?:|data:|\/)/.test(href)) return false;
    const [file = '', anchor] = href.split('#');
    const place = file === '' ? path : posix.join(posix.dirname(path), file);
    if (place === 'docs.css' || existsSync(join(root, 'docs', place))) return false;
    const to = pages.get(place);
    return to === undefined || (anchor !== undefined && !valuesOf('id', to).includes(anchor));
  });
  expect(wrong).toEqual([]);
});
