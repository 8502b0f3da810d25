import { init } from 'echarts';
import type { Line } from './findings.ts';

const width = 960;
const height = 600;
const ink = '#222';
/**
 * The colours of Catchment and of others: people who see few colours can tell them apart (Okabe and
 * Ito, 2008).
 */
const palette = {
  ours: ['#0072b2', '#009e73', '#56b4e9', '#4b3fa7', '#00735a'],
  others: ['#d55e00', '#e69f00', '#a6761d', '#cc79a7', '#7f7f7f'],
};

/**
 * Time over cells on logarithmic axes as SVG: a line for each tool, its name at its end; ours are
 * whole, others broken.
 */
export function timesChart(lines: readonly Line[]): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    textStyle: { fontFamily: 'sans-serif', color: ink },
    grid: { left: 70, right: 330, top: 24, bottom: 56 },
    xAxis: { ...axis('cells in the area'), min: 8e4, max: 4e8 },
    yAxis: axis('milliseconds for a count'),
    series: lines.map(seriesOf),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // A picture needs no styles that answer a pointer.
  return svg.replace(/<style[^]*?<\/style>\n?/, '');
}

function axis(name: string) {
  return {
    type: 'log' as const,
    name,
    nameLocation: 'middle' as const,
    nameGap: 40,
    nameTextStyle: { fontSize: 13 },
    axisLabel: { formatter: powerText, fontSize: 12, color: ink, showMinLabel: false, showMaxLabel: false },
    axisLine: { show: true, lineStyle: { color: ink } },
    splitLine: { lineStyle: { color: '#ddd' } },
    minorTick: { show: true, splitNumber: 9 },
    minorSplitLine: { show: false },
  };
}

const superscripts = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** 10, 100 and 1,000 as they are, more as a power. */
function powerText(value: number): string {
  const power = Math.round(Math.log10(value));
  return power < 4 ? value.toLocaleString('en') : `10${superscripts[power]}`;
}

function seriesOf({ name, isOurs, points }: Line, _: number, all: readonly Line[]) {
  const longest = Math.max(...all.map((line) => line.points.length));
  const place = all.filter((line) => line.isOurs === isOurs).findIndex((line) => line.name === name);
  const colors = isOurs ? palette.ours : palette.others;
  const color = colors[place % colors.length]!;
  return {
    type: 'line' as const,
    name,
    data: points.map((point) => [...point]),
    symbol: isOurs ? 'circle' : 'emptyCircle',
    symbolSize: 7,
    lineStyle: { color, width: isOurs ? 2.5 : 1.75, type: isOurs ? ('solid' as const) : ([6, 4] as [number, number]) },
    itemStyle: { color },
    // The name of a line that ends among others stands above its end.
    endLabel: {
      show: true,
      formatter: '{a}',
      color,
      fontSize: 12.5,
      offset: points.length < longest ? [-70, -16] : [0, 0],
    },
    labelLayout: { moveOverlap: 'shiftY' as const },
  };
}
