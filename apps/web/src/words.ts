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
  readonly areas: readonly string[];
  readonly choices: readonly string[];
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
  sentence: { of: 'of', in: 'in', and: 'and in', andWhere: 'and in …', upstream: 'with all upstream' },
  find: {
    label: 'Area',
    placeholder: 'Find an area by name or code',
    other: 'Find another area by name or code',
    second: 'Find the second area by name or code',
    more: (count: number) => `and ${count.toLocaleString('en')} more: type more of the name`,
    none: (text: string) => `No area is called “${text}”.`,
    found: (count: number) => (count === 1 ? 'One area found' : `${count} areas found`),
    change: 'Choose another area',
    hint: 'Click an area on the map, or find, draw or open one:',
    tooMany: (title: string) => `Zoom in to see ${title}: too many lie here.`,
  },
  operation: 'What is counted',
  coverage: {
    label: 'Which cells count',
    centre: 'cell centres',
    touched: 'all cells touched',
    fraction: 'shares of cells',
    begin: 'A cell counts',
    rules: {
      centre: 'if its centre lies inside',
      touched: 'if the area touches it',
      fraction: 'by the share of it that lies inside',
    },
  },
  scenario: (year: string) => `${year} (scenario)`,
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
    help: 'Click the first corner again to finish. By keyboard: arrow keys move the map, Enter sets a corner at the cross, Backspace removes one, F finishes, Escape leaves.',
    hint: 'Click on the map to set corners',
    crosses: 'The outline crosses itself: what it goes around twice does not count.',
    corners: (count: number) => (count === 1 ? 'One corner' : `${count} corners`),
    name: 'the drawn area',
    other: (name: string) => `${name} (2)`,
    file: 'Open a file',
    fileHelp:
      'Files: GeoJSON, a zipped shapefile, KML, KMZ, GeoPackage, WKT or lines of coordinates. Or drop one anywhere here.',
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
    noArea: (id: string) => `There is no area with the code “${id}” here.`,
    noTable: (table: string) => `There are no areas of the kind “${table}” here.`,
    unread: (values: readonly string[]) =>
      `This link asks for ${values.map((value) => `“${value}”`).join(' and ')}, which is not known here. The rest of it is shown.`,
    twice: 'Both are the same: choose two different ones.',
    touchedTotal:
      'Cells that an area only touches cannot be added up over several areas: those on a border would count twice.',
    byCentres: 'Count by cell centres',
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
      const of = known < all ? `the ${known} of ${all} ${table} that are known` : `the ${all} ${table}`;
      return `, it is the ${rank === 1 ? '' : `${ordinal(rank)} `}highest of ${of}${larger === undefined ? '' : ` in ${larger}`}.`;
    },
    unknown: ', its place is not known.',
    alone: (others: number, { table, larger }: Pick<RankPlace, 'table' | 'larger'>) =>
      `Compare it with the ${others} other ${table}${larger === undefined ? '' : ` in ${larger}`}:`,
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
    total: (name: string) => `${name} with all upstream`,
  },
  answer: {
    heading: 'Answer',
    hit: 'Counted before, and kept',
    miss: (time: string) => `Counted just now, in ${time}`,
    numbered: (value: string) => `class ${value}`,
    most: (label: string, share: string) => `Most of it is ${label} (${share})`,
    largest: (label: string, share: string) => `The largest part is ${label} (${share})`,
    next: (label: string, share: string) => `${share} is ${label}`,
    noData: (raster: string, share: string) => `${share} has no data for ${raster}.`,
    nothing: 'It lies outside the rasters: nothing was counted. Choose one where the map has colours.',
    covered: (share: string, rest: string, raster: string | undefined) =>
      `${share} of the area is covered; ${rest} lies outside ${raster === undefined ? 'the rasters' : `the raster “${raster}”`}.`,
    mean: (title: string, value: string) => `${title}: ${value} on average.`,
    highest: (label: string, value: string) => `It is highest for ${label} (${value})`,
    lowest: (label: string, value: string) => `lowest for ${label} (${value})`,
    range: (title: string, least: string, most: string, mean: string) =>
      `${title}: ${least} to ${most}, ${mean} on average.`,
    half: (from: string, to: string, median: string) =>
      `Half of the cells lie between ${from} and ${to}; the median is ${median}.`,
    weighted: (weights: string, mean: string) => `Weighted by “${weights}”, it is ${mean} on average.`,
    second: (title: string, shares: readonly string[]) => `By ${title}, ${shares.join('; ')}.`,
    grew: (label: string, by: string, share: string) => `${label} grew by ${by}${share}`,
    shrank: (label: string, by: string, share: string) => `${label} shrank by ${by}${share}`,
    same: 'Nothing changed.',
    share: 'Share',
    chart: 'Chart',
    compare: 'Compare with another area',
    compareHint: 'Choose the second area: click it on the map, or find, draw or open it:',
    stopComparing: 'Stop comparing',
    upstream: 'With all upstream',
    sources: 'Sources',
    version: (version: string) => `version ${version}`,
  },
  compare: {
    heading: 'Compared',
    alike: 'Their shares are alike: none differs by 1 % of the area or more.',
    shares: (label: string, one: string, other: string) => `${label} (${one} and ${other})`,
    differ: (shares: readonly string[]) => `They differ most in ${shares.join(' and ')}.`,
    first: 'the first area',
    second: 'the second area',
  },
  figures: {
    classIn: (unit: string) => `Class (${unit})`,
    ...{ before: 'Before', after: 'After', gains: 'Gains', losses: 'Losses', net: 'Net' },
    ...{ raster: 'Raster', least: 'Least', average: 'Average', greatest: 'Greatest' },
    ...{
      figure: 'Figure',
      noData: 'no data',
      cells: 'cells',
      total: 'All',
      difference: 'Difference',
      allRows: (count: number) => `All ${count} rows`,
    },
    below: (share: number) => `${share} % are below`,
    changed: (unit: string) => `Losses and gains, ${unit} (dot: net change)`,
    range: 'least, average, greatest',
    /** By the members of a document. */
    statistics: {
      ...{ mean: 'mean', min: 'least', max: 'greatest', standardDeviation: 'standard deviation' },
      ...{ weightedMean: 'weighted mean', weightedStandardDeviation: 'weighted standard deviation' },
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
    wrong: (name: string, problem: string) => `${name} is no area that can be read. ${problem}`,
  },
  report: {
    title: ({ operation, areas, choices, coverage }: ReportTitle) =>
      [`${operation} in ${areas.join(' and ')}`, ...choices, `by ${coverage}`].join(', '),
    date: (date: Date) => date.toLocaleDateString('en-GB', { dateStyle: 'long' }),
  },
  take: {
    heading: 'Take away',
    link: 'Copy link',
    copy: 'Copy',
    copied: 'Copied',
    area: 'area',
    csv: 'Table as CSV',
    noChart: 'There is no chart here.',
    frame: 'Copy <iframe>',
    print: 'Print',
    svg: 'Chart as SVG',
    png: 'Chart as PNG',
    programs: 'For programs',
  },
  steps: {
    ...{ play: 'Play', pause: 'Pause' },
    before: (title: string) => `${title} before`,
    after: (title: string) => `${title} after`,
  },
  tools: { label: 'View', in: 'Zoom in', out: 'Zoom out', whole: 'Whole map' },
  raster: {
    ...{ show: 'Raster', opacity: 'Opacity', none: 'No raster', asked: 'As in the question', legend: 'Legend' },
    shown: (title: string) => `On the map: ${title}`,
    least: (figure: string) => `${figure} or less`,
    most: (figure: string) => `${figure} or more`,
    divider: (left: string, right: string) => `Divider between ${left} on the left and ${right} on the right`,
    divided: (left: string, share: number) => `${left} on ${share} % of the map`,
  },
} as const;
