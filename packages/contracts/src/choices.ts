import type { Static } from 'typebox';
import { contractOf, type Definition, type OperationContract, operationContracts } from './operation-types.ts';
import type { Choice } from './operations/contract.ts';

type ChoicesOf<Contract> = Contract extends { readonly choices: infer Own } ? Own : never;
type Choosable = Intersection<ChoicesOf<OperationContract>>;
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** The values of members that a client may choose, whatever the type of the operation. */
export type Choices = {
  readonly [Name in keyof Choosable]?: Choosable[Name] extends { readonly inCatalog: infer Schema extends object }
    ? Static<Schema> | undefined
    : never;
};

/** The members that a client may choose, each with the types that have it. */
export const choosable: Readonly<Record<string, Choice & { readonly types: readonly string[] }>> = Object.fromEntries(
  operationContracts.flatMap(({ choices }) =>
    Object.entries(choices).map(([name, choice]) => [name, { ...choice, types: typesWith(name) }]),
  ),
);

function typesWith(choice: string): string[] {
  return operationContracts.filter(({ choices }) => Object.hasOwn(choices, choice)).map(({ type }) => type);
}

/** The definition without what a client may choose: it says how cells are gathered. */
export function withoutChoices(definition: Definition): Definition {
  const { choices } = contractOf(definition.type);
  return Object.fromEntries(
    Object.entries(definition).filter(([member]) => !Object.hasOwn(choices, member)),
  ) as Definition;
}
