import type { Answered, Question } from '../ask/answering.ts';
import type { LabelledDocument } from './document.ts';

/** An answer that is on the page. */
export interface ShownAnswer {
  readonly name: string;
  readonly answered: Answered;
  readonly document: LabelledDocument;
  readonly question: Question;
}
