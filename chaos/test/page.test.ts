import { renewed } from '../page.ts';

it('a page is renewed but for what is written by hand', () => {
  const hand = '<!-- What follows is written by hand, and kept. -->\n\n## By hand\n\nKept.\n';
  const once = renewed('# New\n', `# Old\n\n${hand}`);
  expect(once).toBe(`# New\n\n${hand}`);
  expect(renewed('# Newer\n', once)).toBe(`# Newer\n\n${hand}`);
  expect(renewed('# New\n', '# Old\n')).toBe('# New\n');
});
