// Chromium for the tests: Debian's, driven by playwright-core, with a profile of its own.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// REVISIOND_WEB_MODULES: where tests/web/run has put the packages of package.json.
const require = createRequire(join(process.env.REVISIOND_WEB_MODULES || process.cwd(), 'x.js'));
const { chromium } = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

export const MODES = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  narrow: { viewport: { width: 360, height: 780 }, colorScheme: 'light' },
};

/** Starts a browser; page() opens a page whose errors are collected in `page.wrong`. */
export async function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'revisiond-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.REVISIOND_CHROMIUM || '/usr/bin/chromium', headless: true, args: FLAGS });
  context.setDefaultTimeout(15000);
  return {
    async page(mode = 'light', media = {}) {
      const page = await context.newPage();
      const { viewport, colorScheme } = MODES[mode];
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, ...media });
      page.wrong = [];
      page.on('pageerror', (error) => page.wrong.push(error.stack));
      page.on('console', (message) => message.type() === 'error' && page.wrong.push(message.text()));
      return page;
    },
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** What axe-core finds on the page, in short. */
export async function axe(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
}
