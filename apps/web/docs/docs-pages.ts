import { posix } from 'node:path';
import { Marked } from 'marked';
import { gfmHeadingId } from 'marked-gfm-heading-id';

/** The pages of the documentation, each with its path in the repository. */
export type Sources = ReadonlyMap<string, string>;

/** The path of a page as it is served, under `/docs/`. The README is the first page. */
export function pagePath(source: string): string {
  if (source === 'README.md') return 'index.html';
  return source
    .replace(/^docs\//, '')
    .replace(/README\.md$/, 'index.html')
    .replace(/\.md$/, '.html');
}

/**
 * Makes a page of Markdown. Links to other pages lead to their pages, links to files of the
 * repository that are no pages become text.
 */
export function docsPage(source: string, sources: Sources, template: string): string {
  const text = sources.get(source) ?? '';
  const marked = new Marked(gfmHeadingId());
  const own = posix.dirname(pagePath(source));
  marked.use({
    renderer: {
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const to = target(href);
        return to === undefined ? inner : `<a href="${to}">${inner}</a>`;
      },
      image: ({ href, text: alt }) => `<img src="${relativeTo(placeOf(href)) ?? href}" alt="${escaped(alt)}">`,
    },
  });
  const body = marked.parse(text, { async: false });
  const title = /^# (.+)$/m.exec(text)?.[1] ?? 'Catchment';
  const root = posix.relative(own, '.') || '.';
  return template
    .replace('{title}', escaped(title))
    .replaceAll('{root}', root)
    .replace('{body}', () => body);

  /** Undefined: it leads to nothing that is served. */
  function target(href: string): string | undefined {
    if (/^(https?:|#)/.test(href)) return href;
    const [path = '', anchor] = href.split('#');
    const place = placeOf(path);
    const to = sources.has(place)
      ? pagePath(place)
      : sources.has(`${place}/README.md`)
        ? pagePath(`${place}/README.md`)
        : undefined;
    if (to === undefined) return undefined;
    return `${posix.relative(own, to) || posix.basename(to)}${anchor === undefined ? '' : `#${anchor}`}`;
  }

  /** The place of a link in the repository. */
  function placeOf(path: string): string {
    return posix.normalize(posix.join(posix.dirname(source), path)).replace(/\/$/, '');
  }

  function relativeTo(place: string): string | undefined {
    return place.startsWith('docs/') ? posix.relative(own, place.slice('docs/'.length)) : undefined;
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
