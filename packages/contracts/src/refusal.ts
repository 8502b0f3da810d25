import Type, { type Static } from 'typebox';

/** A sentence that says what is wrong with what was asked, or written in a catalog. */
export const Refusal = Type.Object({
  /** The place in a JSON document, such as `rasters.1`; absent: the document as a whole. */
  path: Type.Optional(Type.String()),
  /** The value there, and what was expected. */
  problem: Type.String(),
});
export type Refusal = Readonly<Static<typeof Refusal>>;

export function isRefusal(answer: object): answer is Refusal {
  return 'problem' in answer;
}

/** A refusal in one sentence: `path: problem`. */
export function refusalText({ path = '', problem }: Refusal): string {
  return path === '' ? problem : `${path}: ${problem}`;
}
