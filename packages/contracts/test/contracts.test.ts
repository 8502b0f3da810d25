import { Value } from 'typebox/value';
import {
  choosable,
  contractOf,
  coverageRemark,
  coverageRules,
  coverages,
  Definition,
  defaultCoverage,
  inputNames,
  operationContracts,
  Request,
  readTypeName,
  typeNamesOf,
  withoutChoices,
} from '../src/index.ts';

const area = { table: 'huc12', id: '1' };

describe('every type of operation', () => {
  it('has a name of its own, and each of its names is read as the type', () => {
    const names = operationContracts.flatMap(typeNamesOf);
    expect(new Set(names).size).toBe(names.length);
    for (const contract of operationContracts) {
      const [type, many] = typeNamesOf(contract);
      expect(readTypeName(type!)).toEqual({ type: contract.type });
      if (many) expect(readTypeName(many)).toEqual({ type: contract.type, isMany: true });
    }
  });

  it.each(operationContracts.map(({ type }) => type))('%s takes as many rasters as its contract says', (type) => {
    const { rasters, roles } = contractOf(type);
    const others = Object.fromEntries(Object.keys(roles).map((role) => [role, 'a']));
    const fits = (count: number) =>
      Value.Check(Definition, { type, rasters: Array.from({ length: count }, () => 'a'), ...others });
    const [least, most] = rasters;
    expect([least - 1, least, most, most + 1].map((count) => count >= 0 && fits(count))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(Value.Check(Definition, { type, rasters: ['a'], ...others, other: 1 })).toBe(false);
  });

  it('leaves no member of its result to two meanings', () => {
    for (const { members, result } of operationContracts)
      expect(Object.keys(result.properties)).toEqual(expect.arrayContaining(['cells', ...Object.keys(members)]));
  });
});

it('a request has a coverage of the table, and a definition of a type or none', () => {
  const request = (coverage: string, definition?: object) => ({ operation: 'a', area, coverage, ...definition });
  for (const coverage of coverages) expect(Value.Check(Request, request(coverage))).toBe(true);
  expect(Value.Check(Request, request('lines'))).toBe(false);
  expect(Value.Check(Request, request('centre', { definition: { type: 'summary', rasters: ['a'] } }))).toBe(true);
  expect(Value.Check(Request, request('centre', { definition: { type: 'other', rasters: ['a'] } }))).toBe(false);
});

it('the default coverage is the first, of which a result says no more than its cells', () => {
  expect(coverages[0]).toBe(defaultCoverage);
  expect(coverageRemark(defaultCoverage)).toBe('');
  const others = [...coverages.slice(1), 'lines' as const].map(coverageRemark);
  expect(new Set(others).size).toBe(coverages.length);
  expect(coverages.filter((coverage) => coverageRules[coverage].hasShares)).toEqual(['fraction']);
});

it('what can be chosen of a type is an input of every process, and no part of how cells are gathered', () => {
  expect(choosable.quantiles?.types).toEqual(['statistics']);
  expect(choosable.cellAreas?.types).toEqual(
    operationContracts.map(({ type }) => type).filter((type) => type !== 'linesJoin'),
  );
  expect(inputNames).toEqual(expect.arrayContaining(['area', 'coverage', ...Object.keys(choosable)]));
  const definition = { type: 'statistics' as const, rasters: ['a'], weights: 'b' };
  expect(withoutChoices({ ...definition, quantiles: [0.5] })).toEqual(definition);
});
