import { wrappedText } from './wrapped.ts';

/** Prints sentences for people. A terminal gets them in lines that it has room for. */
export function say(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(`${wrappedText(text, stream.columns)}\n`);
}
