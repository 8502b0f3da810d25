import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element of an XML document, without comments and processing instructions. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The element's own text, trimmed. */
  readonly text: string;
}

/** The files that are read have fewer levels. */
const mostLevels = 32;

/** Each element takes a hundred times the memory of its text. */
const usualMost = 2_000_000;

/**
 * Reads an XML document of at most so many elements, and twice as many attributes. Throws one
 * sentence if it is none. A document type is refused: with it a few lines can expand to gigabytes
 * or name other files.
 */
export function readXml(text: string, mostElements = usualMost): XmlElement {
  const source = text.replace(/^\uFEFF/, '');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(source)) throw new Error('it has a DOCTYPE, expected XML without one');
  refuseMany(source, /<[^/]/g, mostElements, 'elements');
  refuseMany(source, /=/g, 2 * mostElements, 'attributes');
  const valid = XMLValidator.validate(source);
  if (valid !== true) {
    const { line, msg } = valid.err;
    throw new Error(`it is not XML: line ${line}: ${msg.slice(0, 200)}`);
  }
  const [root, ...others] = elementsOf(parsed(source));
  if (root === undefined || others.length > 0) throw new Error('it is not XML: expected one element around all others');
  return root;
}

/** Throws a sentence if a text has too many of something. */
function refuseMany(source: string, pattern: RegExp, most: number, what: string): void {
  let count = 0;
  for (pattern.lastIndex = 0; pattern.test(source); )
    if (++count > most) throw new Error(`it has more than ${most} ${what}, expected fewer`);
}

/** The first child of a name. */
export function childOf({ children }: XmlElement, name: string): XmlElement | undefined {
  return children.find((child) => child.name === name);
}

/**
 * The parser's form of an element: its name with its content, and its attributes. Text has the name
 * `#text`.
 */
type Parsed = Readonly<Record<string, unknown>>;

function parsed(source: string): Parsed[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: mostLevels,
  });
  try {
    return parser.parse(source) as Parsed[];
  } catch (cause) {
    throw new Error(`it is not XML that can be read: ${(cause as Error).message}`, { cause });
  }
}

function elementsOf(content: readonly Parsed[]): XmlElement[] {
  return content.flatMap((one): XmlElement[] => {
    const name = Object.keys(one).find((key) => key !== attributesKey && key !== textKey);
    if (name === undefined) return [];
    const inside = one[name] as Parsed[];
    const attributes = Object.entries((one[attributesKey] ?? {}) as Record<string, string>);
    return [
      {
        name,
        attributes: Object.fromEntries(attributes.map(([key, value]) => [key, withCharacters(value)])),
        children: elementsOf(inside),
        text: withCharacters(inside.map((child) => String(child[textKey] ?? '')).join('')).trim(),
      },
    ];
  });
}

const attributesKey = ':@';
const textKey = '#text';

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Replaces the references that every XML document may have by their characters. */
function withCharacters(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (written, decimal, hex, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? written;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : written;
  });
}
