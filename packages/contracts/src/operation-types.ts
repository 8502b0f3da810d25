import Type, { type Static, type TObject } from 'typebox';
import { change } from './operations/change.ts';
import { groupedAverage } from './operations/grouped-average.ts';
import { groupedCount } from './operations/grouped-count.ts';
import { linesJoin } from './operations/lines-join.ts';
import { statistics } from './operations/statistics.ts';
import { summary } from './operations/summary.ts';
import { closed } from './schemas.ts';

/** The contracts of all types of operations. */
export const operationContracts = [groupedCount, change, groupedAverage, linesJoin, summary, statistics] as const;

export type OperationContract = (typeof operationContracts)[number];
export type OperationType = OperationContract['type'];

const byType = new Map<string, OperationContract>(operationContracts.map((contract) => [contract.type, contract]));

/** The contract, the definitions and the results of one type. */
export type ContractOf<Type extends OperationType> = Extract<OperationContract, { readonly type: Type }>;
export type DefinitionOf<Type extends OperationType> = Extract<Definition, { readonly type: Type }>;
export type ResultOf<Type extends OperationType> = Static<ContractOf<Type>['result']>;

/** The contract of a type. */
export function contractOf<Type extends OperationType>(type: Type): ContractOf<Type> {
  return byType.get(type) as ContractOf<Type>;
}

/** An operation without its names: all that says what is computed. Plain JSON. */
export const Definition = Type.Union(
  operationContracts.map(({ definition }) => Type.Object(definition, closed)) as unknown as DefinitionsOf<
    typeof operationContracts
  >,
);
export type Definition = Static<typeof Definition>;

/** The result documents of the types. */
export const resultSchemas = operationContracts.map(({ result }) => result) as unknown as ResultsOf<
  typeof operationContracts
>;
export type ResultDocument = Static<(typeof resultSchemas)[number]>;

type DefinitionsOf<List extends readonly OperationContract[]> = {
  -readonly [Place in keyof List]: TObject<List[Place]['definition']>;
};
type ResultsOf<List extends readonly OperationContract[]> = { -readonly [Place in keyof List]: List[Place]['result'] };
