// Every page that somebody in the stories has seen, looked at again as it was sent: in a second browser whose
// documents are the kept ones (so that answers to forms can be looked at too) and whose style sheet is the
// site's. Script is on there, for axe; the pages have none of their own.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('./visit.mjs').Kept} Kept
 * @typedef {{java: string, vnu: string, folder: string}} LookSettings
 * @typedef {{type: string, subType?: string, url: string, lastLine: number, message: string}} NuMessage
 * @typedef {import('./visit.mjs').Visits} Visits
 */

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SMALL = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };
/** @type {[typeof WIDE, 'light' | 'dark'][]} */
const LOOKS = [
  [WIDE, "light"],
  [SMALL, "light"],
  [WIDE, "dark"],
];
/** A window of 1280 by 1024 at 400 percent. */
const ENLARGED = { width: 320, height: 256 };

/** What is wider than the window, and what is too small to be hit. Runs in the page. */
function measure() {
  const root = document.scrollingElement ?? document.documentElement;
  const faults = [];
  if (root.scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
    faults.push(`scrolls sideways (${root.scrollWidth} > ${innerWidth}): ${wide.slice(0, 3).map((one) => one.outerHTML.slice(0, 80))}`);
  }
  /** @param {Element} one */
  const isShown = (one) => one.checkVisibility() && !one.closest(".unseen, .skip");
  /** @param {Element} one */
  const height = (one) => {
    const isTick = one.matches("[type=radio], [type=checkbox]");
    // A tick is hit by its label too.
    const labels = isTick && one instanceof HTMLInputElement ? (one.labels ?? []) : [];
    const boxes = [one, ...labels].map((part) => part.getBoundingClientRect());
    return Math.max(...boxes.map((box) => box.height));
  };
  for (const one of document.querySelectorAll("button, .button, summary, select, textarea, input:not([type=hidden])")) {
    if (isShown(one) && height(one) < 43.9) faults.push(`${height(one)} px high: ${one.outerHTML.slice(0, 90)}`);
  }
  /** @param {?Element} one */
  const wordsOf = (one) => (one instanceof HTMLElement ? one.innerText.trim() : "");
  for (const one of document.querySelectorAll("a:not(.button)")) {
    // A link within a sentence is as high as its line (WCAG 2.5.8 exempts it).
    const alone = wordsOf(one.parentElement) === wordsOf(one);
    if (isShown(one) && alone && height(one) < 24) faults.push(`${height(one)} px high: ${one.outerHTML.slice(0, 90)}`);
  }
  return faults;
}

export class Looks {
  /**
   * @param {Visits} visits
   * @param {typeof import('@axe-core/playwright').AxeBuilder} AxeBuilder
   */
  constructor(visits, AxeBuilder) {
    this.visits = visits;
    this.AxeBuilder = AxeBuilder;
    /** The page that is shown. */
    this.html = "";
  }

  async #page() {
    if (this.page) return this.page;
    const context = await this.visits.browser.newContext({ viewport: WIDE, reducedMotion: "reduce" });
    this.page = await context.newPage();
    await context.route("**/*", (route) => {
      const isDocument = route.request().resourceType() === "document";
      if (!isDocument) return route.continue();
      return route.fulfill({ contentType: "text/html; charset=utf-8", body: this.html });
    });
    return this.page;
  }

  /**
   * Each kept page in turn, in a window of this size.
   * @param {(page: Page, kept: Kept) => Promise<string[]>} look
   */
  async #each(look) {
    const page = await this.#page();
    const faults = [];
    for (const kept of this.visits.kept.values()) {
      this.html = kept.html;
      await page.goto(kept.url);
      for (const fault of await look(page, kept)) faults.push(`${kept.name}: ${fault}`);
    }
    assert.deepEqual(faults, []);
    return `${this.visits.kept.size} pages`;
  }

  /** @param {LookSettings} settings */
  stories(settings) {
    return {
      "no page has a fault that axe finds, wide and small, light and dark": () => this.#each((page) => this.#axe(page)),
      "no page scrolls sideways or has targets that are hard to hit": () => this.#each((page) => this.#sizes(page)),
      "every page is valid HTML, without a warning": () => this.#valid(settings),
    };
  }

  /** @param {Page} page */
  async #axe(page) {
    const faults = [];
    for (const [size, colorScheme] of LOOKS) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      // Legacy mode: pages here have no frames, and a window less per look is a minute less per walk.
      const builder = new this.AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
      // In dark mode only the colors differ.
      if (colorScheme === "dark") builder.withRules(["color-contrast"]);
      else builder.withTags(STANDARDS);
      const { violations } = await builder.analyze();
      for (const { id, help, nodes } of violations) {
        faults.push(`${size.width} ${colorScheme}: ${id}: ${help}: ${nodes.map((node) => `${node.html}\n${node.failureSummary}`).join("\n")}`);
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
    return faults;
  }

  /** @param {Page} page */
  async #sizes(page) {
    const faults = [];
    for (const size of [WIDE, SMALL, ENLARGED]) {
      await page.setViewportSize(size);
      for (const fault of await page.evaluate(measure)) faults.push(`${size.width} × ${size.height}: ${fault}`);
    }
    return faults;
  }

  /**
   * All pages in one run of the Nu checker. Warnings fail as errors do.
   * @param {LookSettings} settings
   */
  async #valid({ java, vnu, folder }) {
    const saved = join(folder, "pages");
    await rm(saved, { recursive: true, force: true });
    await mkdir(saved, { recursive: true });
    for (const { name, html } of this.visits.kept.values()) {
      await writeFile(join(saved, `${name.replaceAll(/[^a-z0-9]+/gi, "-")}.html`), html);
    }
    const run = promisify(execFile)(java, ["-jar", vnu, "--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html", saved], {
      timeout: 120_000,
      maxBuffer: 1 << 25,
    });
    /** @type {{messages: NuMessage[]}} */
    const { messages } = JSON.parse((await run).stdout);
    const faults = messages.map(({ type, subType, url, lastLine, message }) => {
      return `${url.split("/").at(-1)}:${lastLine}: ${subType ?? type}: ${message}`;
    });
    assert.deepEqual(faults, []);
    return `${this.visits.kept.size} pages`;
  }
}
