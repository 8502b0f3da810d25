import { useEffect, useState } from 'preact/hooks';
import { words } from '../words.ts';

interface CopyProps {
  readonly title: string;
  /** The text as it is when somebody asks for it. */
  readonly text: () => string;
}

const shownMilliseconds = 2000;

/** A button that copies a text, and says so for a moment. */
export function Copy({ title, text }: CopyProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), shownMilliseconds);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => void navigator.clipboard.writeText(text()).then(() => setCopied(true));
  return (
    <button type="button" class="quiet copy" onClick={copy}>
      <span aria-hidden={isCopied}>{title}</span>
      <span aria-live="polite">{isCopied && words.take.copied}</span>
    </button>
  );
}
