import { type Browser, chromium } from 'playwright-core';

/** A browser, which `npm test` names or fetches. */
export async function launch(): Promise<Browser> {
  const { BROWSER: executablePath } = process.env;
  if (!executablePath) throw new Error('no browser is named (BROWSER); `npm test` finds or fetches one');
  // Root may not use the sandbox, and there may be no graphics card.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--enable-unsafe-swiftshader'] });
}
