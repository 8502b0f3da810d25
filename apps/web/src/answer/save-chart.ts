import { drawingOf } from './chart-picture.ts';

/** The dots of an image for each CSS pixel. */
const density = 2;

interface ChartHead {
  /** The question in words. */
  readonly title: string;
  /** The name of the file, without its ending. */
  readonly name: string;
}

/** Saves the charts of the answers as one picture. Resolves to whether there are any. */
export async function saveChart(format: 'svg' | 'png', { title, name }: ChartHead): Promise<boolean> {
  const charts = [...document.querySelectorAll<SVGSVGElement>('.answers .chart > svg')];
  if (charts.length === 0) return false;
  const { text, width, height } = await drawingOf(charts, title);
  const svg = new Blob([text], { type: 'image/svg+xml' });
  if (format === 'svg') {
    save(svg, `${name}.svg`);
    return true;
  }
  const image = new Image();
  const url = URL.createObjectURL(svg);
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [density * width, density * height];
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  canvas.toBlob((png) => png && save(png, `${name}.png`), 'image/png');
  return true;
}

/** Saves a file. */
export function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
