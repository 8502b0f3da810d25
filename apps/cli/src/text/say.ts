import { helpText } from './help-output.ts';
import { styled } from './styled.ts';
import { wrappedText } from './wrapped.ts';

/** Prints sentences for people. A terminal gets them in lines that it has room for. */
export function say(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(`${wrappedText(text, stream.columns)}\n`);
}

/** Prints what is wrong, on stderr. */
export function sayProblem(text: string): void {
  const { stderr } = process;
  stderr.write(`${helpText(`${styled('problem', 'catchment:', stderr)} ${text}`, stderr.columns)}\n`);
}
