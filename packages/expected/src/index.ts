export {
  expectAtLeast,
  expectBytes,
  expected,
  expectFunction,
  expectFunctionsOf,
  expectIfAny,
  expectList,
  expectMembers,
  expectNumber,
  expectObject,
  expectText,
  inWords,
} from './expected.ts';
export { isPlainList, isPlainObject } from './plain.ts';
