// A browser as a newcomer's: a fresh profile per person, script off where not said otherwise. What every page must keep
// to is looked at while people walk: where requests go, which headers come, whether a cookie is set.

import assert from "node:assert/strict";
import { join } from "node:path";
import { until } from "./server.mjs";

/**
 * @typedef {import('playwright-core').Browser} Browser
 * @typedef {import('playwright-core').BrowserContext} Context
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('playwright-core').Request} Request
 * @typedef {import('playwright-core').Response} Response
 */

const HEADERS = {
  "x-content-type-options": /^nosniff$/,
  "referrer-policy": /^same-origin$/,
  "content-security-policy": /^default-src 'none'; /,
  "cross-origin-opener-policy": /^same-origin$/,
};

/** A browser that keeps to itself. */
export const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * @typedef {{name: string, url: string, html: string}} Kept a page as it was sent, or as script made it
 * @typedef {{status?: number, role?: 'button' | 'link', within?: Page | import('playwright-core').Locator}} Press
 */

export class Visits {
  /**
   * @param {Browser} browser
   * @param {string} url
   */
  constructor(browser, url) {
    this.browser = browser;
    this.url = url;
    /**
     * To be looked at afterwards.
     * @type {Map<string, Kept>}
     */
    this.kept = new Map();
    this.documents = 0;
    /** @type {string[]} */
    this.faults = [];
    /** @type {{context: Context, cookies: boolean}[]} */
    this.open = [];
  }

  /** Somebody new, with a browser of their own. `cookies`: whether they may get one. */
  async newcomer({ cookies = false, script = false, viewport = { width: 1280, height: 800 } } = {}) {
    const context = await this.browser.newContext({
      baseURL: this.url,
      javaScriptEnabled: script,
      viewport,
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(10_000);
    context.on("request", (request) => this.#request(request));
    context.on("response", (response) => this.#response(response, cookies));
    const person = new Person(this, context, await context.newPage());
    this.open.push({ context, cookies });
    return person;
  }

  /** @param {Request} request */
  #request(request) {
    if (new URL(request.url()).origin !== this.url && !request.url().startsWith("blob:")) this.faults.push(`a request left the site: ${request.url()}`);
  }

  /**
   * @param {Response} response
   * @param {boolean} cookies
   */
  async #response(response, cookies) {
    const headers = response.headers();
    const where = `${response.request().method()} ${new URL(response.url()).pathname}`;
    if (headers["set-cookie"] && !cookies) this.faults.push(`${where} sets a cookie`);
    if (response.request().resourceType() !== "document") return;
    this.documents += 1;
    for (const [name, value] of Object.entries(HEADERS)) {
      if (!value.test(headers[name] ?? "")) this.faults.push(`${where}: ${name} is ${headers[name]}`);
    }
    const csp = headers["content-security-policy"] ?? "";
    if (/unsafe|\*|script-src(?! 'self';)|connect-src(?! 'self'$)/.test(csp)) this.faults.push(`${where}: too loose: ${csp}`);
  }

  /**
   * What each person sees now.
   * @param {string} folder
   * @param {string | number} failure
   */
  async picture(folder, failure) {
    for (const [number, { context }] of this.open.entries()) {
      for (const page of context.pages()) {
        await page.screenshot({ path: join(folder, `failure-${failure}-person-${number + 1}.png`), fullPage: true }).catch(() => {});
      }
    }
  }

  /** What was seen on the way: nothing bad. */
  async assertClean() {
    for (const { context, cookies } of this.open) {
      const held = await context.cookies();
      if (!cookies && held.length > 0) this.faults.push(`a reader holds ${held.map((cookie) => cookie.name)}`);
    }
    assert.ok(this.documents > 50, `only ${this.documents} documents were seen`);
    assert.deepEqual([...new Set(this.faults)], []);
  }
}

/** One person at a browser. */
export class Person {
  /**
   * @param {Visits} visits
   * @param {Context} context
   * @param {Page} page
   */
  constructor(visits, context, page) {
    this.visits = visits;
    this.context = context;
    this.page = page;
  }

  /**
   * @param {string} path
   * @param {number} [status]
   */
  async goto(path, status = 200) {
    return this.#arrived(await this.page.goto(path), status);
  }

  async reload(status = 200) {
    return this.#arrived(await this.page.reload(), status);
  }

  /**
   * Back, as people go. To the answer of a form Chromium goes only when asked once more: it says so on a page of
   * its own, and a reload sends the form again.
   */
  async back() {
    const response = await this.page.goBack().catch((error) => {
      if (!error.message.includes("ERR_CACHE_MISS")) throw error;
      // The page that asks is not there at once.
      return until("the form is sent again", () => this.page.reload().catch(() => null));
    });
    return this.#arrived(response, 200);
  }

  /**
   * Presses what leads to another page: a link or a button, by its words.
   * @param {string} words
   * @param {Press} [given]
   */
  async press(words, { status = 200, role = "button", within = this.page } = {}) {
    const what = within.getByRole(role, { name: words, exact: true }).first();
    const [response] = await Promise.all([this.page.waitForNavigation(), what.click()]);
    return this.#arrived(response, status);
  }

  /**
   * Presses, and the answer is lost on the way back: the site has it, the browser still shows the form.
   * @param {string} words
   */
  async pressInVain(words) {
    /** @type {(status: number) => void} */
    let answered = () => {};
    /** @type {Promise<number>} */
    const lost = new Promise((resolve) => (answered = resolve));
    await this.page.route("**", async (route) => {
      const answer = await route.fetch();
      await route.abort("aborted");
      answered(answer.status());
    });
    await this.page.getByRole("button", { name: words, exact: true }).click({ noWaitAfter: true });
    assert.equal(await lost, 200, "the site has answered");
    await this.page.unroute("**");
  }

  /**
   * @param {string} words
   * @param {Press} [more]
   */
  follow(words, more = {}) {
    return this.press(words, { ...more, role: "link" });
  }

  /**
   * Another way to go on, such as a key.
   * @param {() => Promise<unknown>} act
   * @param {number} [status]
   */
  async go(act, status = 200) {
    const [response] = await Promise.all([this.page.waitForNavigation(), act()]);
    return this.#arrived(response, status);
  }

  /**
   * @param {Response | null} response
   * @param {number} status
   */
  async #arrived(response, status) {
    this.last = response;
    // A link within the page brings no answer.
    if (response) assert.equal(response.status(), status, `${this.page.url()} answers ${response.status()}`);
    return response;
  }

  /**
   * Types into fields by their labels.
   * @param {Record<string, string>} fields
   */
  async fill(fields) {
    for (const [label, value] of Object.entries(fields)) await this.page.getByLabel(label, { exact: true }).fill(value);
  }

  /** @param {...string} labels */
  async choose(...labels) {
    for (const label of labels) await this.page.getByLabel(label, { exact: true }).check();
  }

  /** The words of the page's main part. */
  words(selector = "main") {
    return this.page.locator(selector).innerText();
  }

  /** @param {...string} wanted */
  async says(...wanted) {
    const words = await this.words("body");
    for (const one of wanted) assert.ok(words.includes(one), `expected “${one}” on ${this.page.url()}:\n${words}`);
  }

  /** @param {...string} unwanted */
  async saysNot(...unwanted) {
    const words = await this.words("body");
    for (const one of unwanted) assert.ok(!words.includes(one), `did not expect “${one}” on ${this.page.url()}`);
  }

  /**
   * Keeps the page as it stands now, after what script made of it.
   * @param {string} name
   */
  async keepState(name) {
    assert.ok(!this.visits.kept.has(name), `two pages are called ${name}`);
    const html = (await this.page.content()).replace(/<script.*?<\/script>/gs, "");
    this.visits.kept.set(name, { name, url: this.page.url(), html });
  }

  /**
   * Keeps the page as it was sent, to be looked at by `looks.mjs`.
   * @param {string} name
   */
  async keep(name) {
    assert.ok(!this.visits.kept.has(name), `two pages are called ${name}`);
    const answer = this.last ?? assert.fail("no page has come");
    this.visits.kept.set(name, { name, url: answer.url(), html: await answer.text() });
  }
}
