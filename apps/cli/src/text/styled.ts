import { styleText } from 'node:util';

const styles = { head: 'bold', command: 'cyan', problem: 'red', aside: 'dim' } as const;
export type Style = keyof typeof styles;

/** A text in a style where a stream shows colours: NO_COLOR and FORCE_COLOR have their say. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(styles[style], text, { stream });
}
