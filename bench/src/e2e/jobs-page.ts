import { type Browser, chromium, type Page } from 'playwright-core';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
}

/** Opens the live jobs page and waits until it shows a settled job. */
export async function openSettled(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  await page.goto(`${url}/jobs`, { waitUntil: 'domcontentloaded' });
  await page.locator('[data-job][data-status="finished"]:visible').first().waitFor({ timeout: 120_000 });
  return page;
}

/**
 * Notes in the page when each job's row first appears and first says that it is finished.
 * Page and bench share the machine's clock, so Unix milliseconds compare.
 */
export async function watchRows(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: Record<string, { appeared?: number; finished?: number }> = {};
    Object.assign(window, { seenJobs: seen });
    const look = () => {
      const now = Date.now();
      for (const row of document.querySelectorAll<HTMLElement>('[data-job]')) {
        const job = row.dataset.job ?? '';
        seen[job] ??= {};
        const entry = seen[job];
        entry.appeared ??= now;
        if (row.dataset.status === 'finished') entry.finished ??= now;
      }
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    look();
  });
}

/** Waits until the page noted `moment` for a job; Unix milliseconds. */
export async function rowMoment(page: Page, job: string, moment: 'appeared' | 'finished'): Promise<number> {
  const handle = await page.waitForFunction(
    ([address, name]) => {
      const seen = (window as unknown as { seenJobs: Record<string, Record<string, number>> }).seenJobs;
      return seen[address ?? '']?.[name ?? ''];
    },
    [job, moment],
    { timeout: 60_000, polling: 50 },
  );
  return Number(await handle.jsonValue());
}
