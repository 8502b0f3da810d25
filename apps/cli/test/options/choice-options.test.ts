import { Command, CommanderError } from 'commander';
import { type ChoiceOptions, choiceOptions, readChoice } from '../../src/options/choice-options.ts';

function read(...args: string[]) {
  let written = '';
  const command = choiceOptions(new Command('ask'))
    .exitOverride()
    .configureOutput({ writeErr: (text) => (written += text) });
  try {
    return { options: command.parse(args, { from: 'user' }).opts<ChoiceOptions>() };
  } catch (error) {
    if (error instanceof CommanderError) return { written };
    throw error;
  }
}

const choice = (...args: string[]) => readChoice(read(...args).options ?? {});

it('nothing is chosen where nothing is said', () => {
  expect(choice()).toEqual({});
});

it('rasters and parameters are chosen by name, again and again', () => {
  expect(choice('--raster', 'nlcd=nlcd_2040', '--raster', 'soil=a=b', '--set', 'month=07', '--set', 'day=1')).toEqual({
    rasters: { nlcd: 'nlcd_2040', soil: 'a=b' },
    parameters: { month: '07', day: '1' },
  });
});

it('coverage and quantiles are chosen', () => {
  expect(choice('--coverage', 'fraction', '--quantiles', '0.05, 0.5,1')).toEqual({
    coverage: 'fraction',
    choices: { quantiles: [0.05, 0.5, 1] },
  });
});

it('the areas of cells are chosen', () => {
  expect(choice('--cell-areas')).toEqual({ choices: { cellAreas: true } });
});

it('lines are a file, which whoever asks reads', () => {
  expect(read('--lines', 'a.geojson').options).toEqual({ lines: 'a.geojson' });
  expect(choice('--lines', 'a.geojson')).toEqual({});
});

it.each([
  [['--coverage', 'half'], "argument 'half' is invalid. Allowed choices are centre, touched, fraction"],
  [['--raster', 'nlcd'], "argument 'nlcd' is invalid. expected name=value"],
  [['--raster', '=nlcd'], "argument '=nlcd' is invalid. expected name=value"],
  [['--set', 'month='], "argument 'month=' is invalid. expected name=value"],
  [['--quantiles', '0.5,,1'], 'expected numbers from 0 to 1 with commas between them'],
  [['--quantiles', '1.5'], 'expected numbers from 0 to 1 with commas between them'],
  [['--quantiles', 'half'], 'expected numbers from 0 to 1 with commas between them'],
])('%j is refused with a sentence', (args, sentence) => {
  expect(read(...args).written).toContain(sentence);
});
