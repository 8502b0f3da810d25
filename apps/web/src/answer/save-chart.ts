/** The dots of an image for each CSS pixel. */
const density = 2;

/** Saves the first chart of the page as a file. */
export async function saveChart(format: 'svg' | 'png'): Promise<void> {
  const chart = document.querySelector<SVGSVGElement>('.chart svg');
  if (!chart) return;
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const { color, fontFamily } = getComputedStyle(chart);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('color', color);
  copy.setAttribute('font-family', fontFamily);
  const svg = new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' });
  if (format === 'svg') return save(svg, 'chart.svg');
  const { width, height } = chart.getBoundingClientRect();
  const image = new Image();
  const url = URL.createObjectURL(svg);
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [density * width, density * height];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  canvas.toBlob((png) => png && save(png, 'chart.png'), 'image/png');
}

/** Saves a file. */
export function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  Object.assign(link, { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
