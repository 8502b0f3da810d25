import { Inputs } from '@cellshed/contracts';
import Type, { type Static } from 'typebox';
import { mediaTypes } from '../answers/formats.ts';
import { answerMembers } from './answer-form.ts';
import { resultOutput } from './process-description.ts';

/** The body of a request to execute a process. */
export const Execution = Type.Object(
  { inputs: Inputs, ...answerMembers([resultOutput], mediaTypes) },
  { $id: 'Execution', additionalProperties: false },
);
export type Execution = Static<typeof Execution>;
