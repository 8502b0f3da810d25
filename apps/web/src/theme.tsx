import { useEffect, useState } from 'preact/hooks';
import { words } from './words.ts';

const dark = matchMedia('(prefers-color-scheme: dark)');

/** The colour of the paper, as the theme has it. */
export function usePaper(): string {
  const [paper, setPaper] = useState(paperNow);
  useEffect(() => {
    const follow = () => setPaper(paperNow());
    follow();
    addEventListener('theme', follow);
    return () => removeEventListener('theme', follow);
  }, []);
  return paper;
}

function paperNow(): string {
  return getComputedStyle(document.documentElement).getPropertyValue('--paper').trim();
}

/** The switch between light and dark; at first, as the system has it. */
export function Theme() {
  const [isDark, setDark] = useState(dark.matches);
  useEffect(() => {
    const follow = () => setDark(dark.matches);
    dark.addEventListener('change', follow);
    return () => dark.removeEventListener('change', follow);
  }, []);
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
    dispatchEvent(new Event('theme'));
  }, [isDark]);
  return (
    <button type="button" class="quiet" onClick={() => setDark(!isDark)}>
      {isDark ? words.theme.light : words.theme.dark}
    </button>
  );
}
