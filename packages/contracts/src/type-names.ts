import { type OperationContract, type OperationType, operationContracts } from './operation-types.ts';

/** The names of a type in catalogs: its own, and that by which it takes several areas. */
export type TypeNameOf<Type extends OperationType> =
  | Type
  | Extract<OperationContract, { readonly type: Type; readonly many: string }>['many'];
export type TypeName = TypeNameOf<OperationType>;

/** The names by which catalogs call a type. */
export function typeNamesOf(contract: OperationContract): TypeName[] {
  return [contract.type, ...('many' in contract ? [contract.many] : [])];
}

/** The type that a catalog means by a name; `isMany`: the operation takes several areas. */
export function readTypeName<Type extends OperationType>(
  name: TypeNameOf<Type>,
): { readonly type: Type; readonly isMany?: true } {
  const many = operationContracts.find((contract) => 'many' in contract && contract.many === name);
  return many ? { type: many.type as Type, isMany: true } : { type: name as Type };
}
