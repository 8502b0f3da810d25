import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page, Response } from 'playwright-core';
import { gatewayReady, startCatchment } from '../processes.ts';
import { type Service, startService } from '../service.ts';
import { launch } from './launch.ts';

const root = join(import.meta.dirname, '../..');
const sample = join(root, '.catchment/sample/catalog.yaml');

/** A service of the sample with the page, and a browser. */
export interface Served {
  readonly service: Service;
  /** Starts another gateway for the same results, with these settings, and answers its URL. */
  gateway(settings: NodeJS.ProcessEnv): Promise<string>;
  /** Opens the page with this query, or at another URL. */
  open(query?: string, options?: BrowserContextOptions): Promise<Opened>;
  stop(): Promise<void>;
}

/** A page, and what went wrong in it. */
export interface Opened extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts and of the console, requests to other hosts, and refusals. */
  readonly faults: readonly string[];
  /** All that it was answered. */
  readonly answers: readonly Response[];
}

/** Builds the page and serves it, with these settings. Stop it after the tests. */
export async function servePage(settings: NodeJS.ProcessEnv = {}): Promise<Served> {
  execFileSync(process.execPath, ['apps/web/build.ts'], { cwd: root, env: { ...process.env, NODE_OPTIONS: '' } });
  await using started = new AsyncDisposableStack();
  const WEB_FOLDER = join(root, '.catchment/web');
  const service = await startService(sample, { WEB_FOLDER, ...settings });
  started.defer(service.stop);
  const browser = await launch();
  started.defer(() => browser.close());
  const all = started.move();
  return {
    service,
    gateway: async (own) => {
      const one = await startCatchment(['gateway'], { ...service.env, WEB_FOLDER, ...own }, gatewayReady);
      all.defer(one.stop);
      return one.said;
    },
    open: (query = '', options = {}) => openPage(browser, new URL(query, `${service.url}/`).href, options),
    stop: () => all.disposeAsync(),
  };
}

/** It only ends what hangs, with the place at which it does. */
const patience = 120_000;

async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<Opened> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const faults: string[] = [];
  const { host } = new URL(url);
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('request', (request) => {
    const other = new URL(request.url());
    if (/^https?:/.test(other.protocol) && other.host !== host) faults.push(`request to ${other.host}`);
  });
  const answers: Response[] = [];
  page.on('response', (response) => {
    answers.push(response);
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(url);
  return { page, faults, answers, [Symbol.asyncDispose]: () => context.close() };
}

/** An answer that the service has for an area, with labels. */
export interface AnswerDocument {
  readonly cells: number;
  readonly covered: number;
  readonly groups: readonly { readonly labels: readonly string[]; readonly cells: number }[];
}

/** The answer for an area by the API, which computes it if need be. */
export async function answerOf(
  { url }: Pick<Service, 'url'>,
  area: string,
  operation: string,
  query = '',
): Promise<AnswerDocument> {
  const answer = await fetch(`${url}/api/areas/${area}/${operation}?f=labelled&${query}`, {
    headers: { prefer: 'wait=60' },
  });
  return (await answer.json()) as AnswerDocument;
}
