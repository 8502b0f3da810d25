import { useEffect, useImperativeHandle, useRef } from 'preact/hooks';
import { mapPicture } from '../map/map-picture.ts';
import { words } from '../words.ts';

/** Prints the page. */
export interface Printer {
  print(): Promise<void>;
}

interface ReportProps {
  readonly title: string;
  readonly printer: { current: Printer | null };
}

/** The head of a print: the question, its source, its date, and the map. */
export function Report({ title, printer }: ReportProps) {
  const image = useRef<HTMLImageElement>(null);
  const credit = useRef<HTMLParagraphElement>(null);
  const date = useRef<HTMLElement>(null);
  const link = useRef<HTMLElement>(null);
  const fill = () => {
    if (date.current) date.current.textContent = words.report.date(new Date());
    if (link.current) link.current.textContent = location.href;
    const picture = mapPicture();
    if (!image.current || !picture) return;
    image.current.src = picture.url;
    if (credit.current) credit.current.textContent = picture.attribution;
  };
  useImperativeHandle(printer, () => ({
    print: async () => {
      fill();
      await image.current?.decode().catch(() => undefined);
      print();
    },
  }));
  useEffect(() => {
    // The browser's own command prints the same.
    addEventListener('beforeprint', fill);
    return () => removeEventListener('beforeprint', fill);
  }, []);
  return (
    <div class="report">
      <h1>{title}</h1>
      <p>
        <span ref={date}>{words.report.date(new Date())}</span> · <span ref={link} class="link" />
      </p>
      <img ref={image} alt={words.map} />
      <p ref={credit} class="hint" />
    </div>
  );
}
