const svg = 'http://www.w3.org/2000/svg';

const [margin, gap, lineHeight, titleSize, textSize] = [16, 24, 22, 16, 12];

export interface Drawing {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** Charts beside each other as one drawing of its own, with a title and the page's font. */
export async function drawingOf(charts: readonly SVGSVGElement[], title: string): Promise<Drawing> {
  const { color, fontFamily } = getComputedStyle(charts[0] as SVGSVGElement);
  const boxes = charts.map((chart) => chart.getBoundingClientRect());
  const width = boxes.reduce((sum, box) => sum + box.width + gap, 2 * margin - gap);
  const titles = linesOf(title, { width: width - 2 * margin, font: `600 ${titleSize}px ${fontFamily}` });
  const names = charts.map((chart) => chart.closest('article')?.querySelector('h2')?.textContent ?? '');
  const top = margin + lineHeight * (titles.length + (names.some(Boolean) ? 1 : 0));
  const height = top + Math.max(...boxes.map((box) => box.height)) + 2 * margin + lineHeight;
  const drawing = element('svg', { xmlns: svg, width, height, color, 'font-family': fontFamily });
  const style = document.createElementNS(svg, 'style');
  style.textContent = await fontFace();
  const background = getComputedStyle(document.body).backgroundColor;
  drawing.append(style, element('rect', { width, height, fill: background }));
  const write = (text: string, attributes: Attributes) => {
    const line = element('text', { fill: color, 'font-size': textSize, ...attributes });
    line.textContent = text;
    drawing.append(line);
  };
  for (const [index, line] of titles.entries())
    write(line, { x: margin, y: margin + titleSize + index * lineHeight, 'font-size': titleSize, 'font-weight': 600 });
  let left = margin;
  for (const [index, chart] of charts.entries()) {
    write(names[index] ?? '', { x: left, y: top - 4, 'font-weight': 600 });
    const copy = chart.cloneNode(true) as SVGSVGElement;
    for (const [name, value] of Object.entries({ x: left, y: top + margin / 2 }))
      copy.setAttribute(name, String(value));
    drawing.append(copy);
    left += (boxes[index]?.width ?? 0) + gap;
  }
  write(sources(), { x: margin, y: height - margin, 'font-size': textSize - 1 });
  return { text: new XMLSerializer().serializeToString(drawing), width, height };
}

/** The sources as the page names them. */
function sources(): string {
  return [...document.querySelectorAll('.sources li')].map((one) => one.textContent).join('; ');
}

/** The page's own font: a picture has no access to it. */
async function fontFace(): Promise<string> {
  const url = document.querySelector<HTMLLinkElement>('link[rel=preload][as=font]')?.href;
  if (url === undefined) return '';
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const source = `url(data:font/woff2;base64,${base64})`;
  return `@font-face { font-family: "Source Sans 3 Variable"; font-weight: 200 900; src: ${source} format("woff2"); }`;
}

/** A text in lines that are no wider than they may be. */
function linesOf(text: string, { width, font }: { readonly width: number; readonly font: string }): readonly string[] {
  const pen = document.createElement('canvas').getContext('2d');
  if (!pen) return [text];
  pen.font = font;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = [lines.at(-1), word].filter((one) => one !== undefined).join(' ');
    if (lines.length > 0 && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes): SVGElement {
  const made = document.createElementNS(svg, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}
