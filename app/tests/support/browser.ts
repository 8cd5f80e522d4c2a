import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findChromium } from '../../../bin/chromium.ts';

export type Tab = AsyncDisposable & {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained of: errors of scripts, and what the page's policy refused. */
  readonly complaints: readonly string[];
};

export type TestBrowser = AsyncDisposable & {
  /** A tab of a visitor whom nobody knows yet, on the page of the dashboard that the hash names. */
  open(url: string, hash?: string, options?: BrowserContextOptions): Promise<Tab>;
};

/** Answers of the service that the page shows to its reader; the browser notes each as an error. */
const expected = /Failed to load resource/;

async function openTab(context: BrowserContext, address: string): Promise<Tab> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text());
  });
  // Where networks come and go (Docker makes bridges), Chromium gives up what it is loading.
  for (let shown = false; !shown; ) {
    shown = await page
      .goto(address)
      .then(() => page.locator('#main').waitFor())
      .then(
        () => true,
        () => false,
      );
  }
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** A Chromium without a window, that looks like a desktop unless told otherwise. */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = findChromium(process.env);
  if (!executablePath) throw new Error('There is no Chromium: install one, or name it in CHROMIUM');
  // As root its own sandbox cannot be made; all that it loads is ours.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  return {
    async open(url, hash = 'links', options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      return openTab(context, `${url}/dashboard#/${hash}`);
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
