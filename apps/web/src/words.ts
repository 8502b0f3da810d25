/** The place of an area among others. */
interface RankPlace {
  readonly known: number;
  readonly all: number;
  /** The name of the areas. */
  readonly table: string;
  /** The area in which all of them lie. */
  readonly larger: string | undefined;
}

/** The question, for the title of a print. */
interface ReportTitle {
  readonly operation: string;
  readonly area: string;
  readonly choices: Readonly<Record<string, string>>;
  readonly coverage: string;
}

/** 1st, 2nd, 3rd, 4th, 11th … */
function ordinal(count: number): string {
  const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };
  return `${count}${endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(count)] ?? 'th'}`;
}

/** A time that is guessed: in seconds, from two minutes on in minutes. */
const roundTime = (seconds: number) =>
  seconds < 120 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;

const round = (count: number) => Number(count.toPrecision(2));

/** All that the page says, for translation: numbers and names are put in by the functions. */
export const words = {
  title: 'Catchment',
  docs: 'Guide',
  skip: 'Skip to the answer',
  map: 'Map of areas',
  layers: 'Layers',
  levels: 'Areas of the map',
  sentence: { in: 'in', by: 'by', upstream: 'and all that drains into it' },
  find: {
    label: 'Area',
    placeholder: 'Find an area by name or code',
    none: (text: string) => `No area is called “${text}”.`,
    found: (count: number) => (count === 1 ? 'One area found' : `${count} areas found`),
    change: 'Choose another area',
    hint: 'Click an area on the map, type its name or code, or draw one.',
    tooMany: (title: string) => `Zoom in to see ${title}: too many lie here.`,
  },
  operation: 'What is counted',
  coverage: {
    label: 'Which cells count',
    centre: 'cell centres',
    touched: 'all cells touched',
    fraction: 'shares of cells',
  },
  overYears: (name: string) => `Every ${name.toLowerCase()}`,
  unit: { label: 'Unit', km2: 'km²', acres: 'acres', cells: 'cells', percent: '%' },
  theme: { dark: 'Dark', light: 'Light' },
  draw: {
    begin: 'Draw an area',
    change: 'Move its corners',
    done: 'Done',
    how: 'How',
    leave: 'Leave it as it was',
    undone: 'Undo',
    removeOne: 'Remove the corner',
    changeHelp:
      'Drag corners, and the points between them to add one. By keyboard: Tab to a corner, arrow keys move it (with Shift a little), Delete removes it.',
    corner: (number: number, count: number, [x, y]: readonly [number, number]) =>
      `Corner ${number} of ${count}: ${x.toFixed(4)}, ${y.toFixed(4)}`,
    between: (number: number, next: number) => `Add a corner between ${number} and ${next}`,
    tooMany: (count: number, most: number) =>
      `An area has at most ${most.toLocaleString('en')} corners; it has ${count.toLocaleString('en')}.`,
    tooLarge: (cells: number, most: number) =>
      `It has some ${round(cells).toLocaleString('en')} cells; at most ${most.toLocaleString('en')} are counted at once. Draw a smaller one.`,
    end: 'Finish',
    cancel: 'Stop drawing',
    undo: 'Remove the last corner',
    help: 'Click corners; click the first one to finish. By keyboard: arrow keys move the map, Enter sets a corner at the cross, Backspace removes one, F finishes.',
    corners: (count: number) => (count === 1 ? 'One corner' : `${count} corners`),
    name: 'the drawn area',
    file: 'Open a file',
    fileHelp: 'GeoJSON, a zipped shapefile, KML, KMZ, GeoPackage or WKT; drop it anywhere on this page.',
    coordinates: 'Type coordinates',
    coordinatesHelp: 'One corner a line: longitude, latitude. Or WKT, or GeoJSON.',
    typed: 'the typed text',
    use: 'Use these',
    few: 'An area has at least three corners.',
    badLine: (line: number, text: string) =>
      `Line ${line} is “${text}”; expected a longitude and a latitude, as −75.5, 40.2.`,
  },
  waiting: {
    queued: 'Waiting for a worker…',
    counting: (done: number, planned: number, secondsLeft?: number) =>
      `Counting ${done} of ${planned} tiles${secondsLeft === undefined ? '' : `, about ${roundTime(secondsLeft)} left`}`,
    computing: 'Counting…',
    cancel: 'Cancel',
    cancelled: 'Cancelled. Nothing was counted.',
    nobody: 'No worker takes this now. It begins when one comes back.',
  },
  again: 'Try again',
  againIn: (seconds: number) => `Try again in ${seconds} s`,
  problem: {
    offline: 'The service cannot be reached. Look at your connection, then try again.',
    busy: 'The service has much to do just now. Try again in a moment.',
    often: 'This was too often. Wait a while, then try again.',
    expired: 'This answer is no longer kept. Try again: it is made anew.',
    elsewhere: 'Find another area by its name or code, or click one on the map.',
    smaller: 'Take a smaller area, or one with fewer corners.',
    oneLayer: 'Save the one that you mean as a file of its own.',
    formats: 'Save it as GeoJSON, KML, a GeoPackage or a zipped shapefile.',
  },
  fault: {
    text: 'This cannot be shown: something in it is not as this page expects. The map and the rest still work.',
    leave: 'Start anew',
  },
  further: {
    title: (count: number) =>
      count === 0 ? 'More questions about this area' : `More questions about this area (${count} chosen)`,
  },
  rank: {
    heading: 'Among its neighbours',
    measure: 'What is compared',
    by: 'By',
    place: (rank: number, { known, all, table, larger }: RankPlace) => {
      if (known === 1)
        return `, it is the only one of the ${all} ${table}${larger === undefined ? '' : ` in ${larger}`} that is known.`;
      const of = known < all ? `the ${known} of ${all} ${table} that are known` : `the ${all} ${table}`;
      return `, it is the ${rank === 1 ? '' : `${ordinal(rank)} `}highest of ${of}${larger === undefined ? '' : ` in ${larger}`}.`;
    },
    unknown: ', its place is not known.',
    missing: (missing: number, all: number) => `${missing} of ${all} are not counted yet.`,
    count: (some: number, missing: number) => (some < missing ? `Count ${some} of them` : 'Count them'),
    list: (count: number) => `All ${count}, in order`,
    net: (label: string) => `net change of ${label}`,
    averageOf: (title: string, label: string) => `${title} of ${label}`,
    all: (name: string) => `${name} (all)`,
  },
  stream: {
    heading: 'The stream',
    into: 'It drains into',
    outlet: 'It drains into no other area here.',
    receives: 'It receives',
    spring: 'No other area drains into it.',
    above: 'Add all that lies above',
    total: (name: string) => `${name} and all that drains into it`,
  },
  answer: {
    heading: 'Answer',
    hit: (time: string) => `From the cache · ${time}`,
    miss: (time: string) => `Counted just now · ${time}`,
    numbered: (value: string) => `class ${value}`,
    most: (label: string, share: string) => `Most of it is ${label} (${share})`,
    largest: (label: string, share: string) => `The largest part is ${label} (${share})`,
    next: (label: string, share: string) => `${share} is ${label}`,
    noData: (raster: string, share: string) => `${share} has no data for ${raster}.`,
    nothing: 'It lies outside the rasters: nothing was counted. Choose one where the map has colours.',
    covered: (share: string, rest: string, raster: string | undefined) =>
      `${share} of the area is covered; ${rest} lies outside ${raster === undefined ? 'the rasters' : `the raster “${raster}”`}.`,
    mean: (title: string, value: string) => `${title}: ${value}.`,
    highest: (label: string, value: string) => `It is highest for ${label} (${value})`,
    lowest: (label: string, value: string) => `lowest for ${label} (${value})`,
    range: (title: string, least: string, most: string, mean: string) =>
      `${title}: ${least} to ${most}, ${mean} on average.`,
    half: (from: string, to: string, median: string) =>
      `Half of the cells lie between ${from} and ${to}; the median is ${median}.`,
    grew: (label: string, by: string, share: string) => `${label} grew by ${by}${share}`,
    shrank: (label: string, by: string, share: string) => `${label} shrank by ${by}${share}`,
    same: 'Nothing changed.',
    share: 'Share',
    chart: 'Chart',
    compare: 'Compare with another area',
    compareHint: 'Click it on the map, or find it:',
    stopComparing: 'Stop comparing',
    upstream: 'With all upstream',
    sources: 'Sources',
    version: (version: string) => `version ${version}`,
  },
  figures: {
    classIn: (unit: string) => `Class (${unit})`,
    ...{ before: 'before', after: 'after', gains: 'gains', losses: 'losses', net: 'net' },
    ...{ raster: 'Raster', least: 'least', average: 'average', greatest: 'greatest' },
    ...{ figure: 'Figure', noData: 'no data', cells: 'cells' },
    below: (share: number) => `${share} % are below`,
    changed: (unit: string) => `lost and gained, ${unit}`,
    range: 'least, average, greatest',
    /** By the members of a document. */
    statistics: {
      ...{ mean: 'mean', min: 'least', max: 'greatest', standardDeviation: 'standard deviation' },
      ...{ median: 'median', mode: 'most frequent', variety: 'different values' },
    },
  },
  file: {
    several: (source: string, count: number) => `${source} has ${count} areas. Which one is meant?`,
    ...{ asOne: 'All as one', none: 'None of them', close: 'Close' },
    numbered: (number: number) => `Area ${number}`,
    notWkt: (name: string) => `${name} is no well-known text of polygons, such as POLYGON ((0 0, 1 0, 1 1, 0 0))`,
    otherCrs: (name: string, srid: string) =>
      `${name} is in EPSG:${srid}; expected longitude and latitude (EPSG:4326), or a file that names its coordinates`,
    notJson: (name: string) => `${name} is not JSON; expected GeoJSON`,
    noPolygons: (name: string) => `${name} has no polygons; expected at least one`,
    pasted: 'the pasted text',
  },
  report: {
    title: ({ operation, area, choices, coverage }: ReportTitle) =>
      [`${operation} in ${area}`, ...Object.values(choices), `by ${coverage}`].join(', '),
    date: (date: Date) => date.toLocaleDateString('en-GB', { dateStyle: 'long' }),
  },
  take: {
    heading: 'Take away',
    link: 'Copy link',
    copied: 'Copied',
    frame: 'Copy <iframe>',
    print: 'Print',
    svg: 'Chart as SVG',
    png: 'Chart as PNG',
    code: 'Ask from a program',
  },
  steps: {
    ...{ play: 'Play', pause: 'Pause' },
    before: (title: string) => `${title} before`,
    after: (title: string) => `${title} after`,
  },
  raster: {
    ...{ show: 'Raster', opacity: 'Opacity', none: 'No raster', asked: 'As asked' },
    divider: (left: string, right: string) => `Divider between ${left} on the left and ${right} on the right`,
    divided: (left: string, share: number) => `${left} on ${share} % of the map`,
  },
} as const;
