// People who save the page as a file, and sign from there: the file is opened from disk, with script on, on a computer.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Person } from "../visit.mjs";
import { confirm, done, told, typeCode } from "./anonymous.mjs";
import { checkIt, verdict } from "./auditing.mjs";

/**
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('playwright-core').Route} Route
 * @typedef {import('../visit.mjs').Visits} Visits
 */

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function saved(visits, demo) {
  const path = demo.petition;

  /** Saves the page, as people do. */
  async function save() {
    const reader = await visits.newcomer();
    await reader.goto(path);
    await reader.page.getByText("Sign from a file instead of this page").click();
    const shown = await reader.words("details.saved");
    const [download] = await Promise.all([
      reader.page.waitForEvent("download"),
      reader.page.getByRole("link", { name: "Save the page as a file" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "saved-page.html");
    const folder = await mkdtemp(join(tmpdir(), "undersigned-saved-"));
    const file = join(folder, "saved-page.html");
    await copyFile(await download.path(), file);
    return { folder, file, shown };
  }

  /**
   * Somebody at a computer who opens the file. What is asked for, and what the browser complains about, is noted.
   * @param {string} file
   */
  async function opened(file) {
    const context = await visits.browser.newContext({ reducedMotion: "reduce" });
    context.setDefaultTimeout(10_000);
    const person = new Person(visits, context, await context.newPage());
    visits.open.push({ context, cookies: false });
    /** @type {import('playwright-core').Request[]} */
    const asked = [];
    /** @type {string[]} */
    const complaints = [];
    context.on("request", (request) => asked.push(request));
    person.page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
    person.page.on("pageerror", (error) => complaints.push(error.message));
    await person.page.goto(pathToFileURL(file).href);
    await person.page.locator("#signing form").waitFor();
    return { person, asked, complaints };
  }

  /**
   * Keeps it as it stands now, to be looked at: as if it lay at the site, without what it brings against strangers.
   * @param {Person} person
   * @param {string} name
   */
  async function keep(person, name) {
    const html = (await person.page.content()).replace(/<script.*?<\/script>|<meta http-equiv.*?>/gs, "");
    visits.kept.set(name, { name, url: `${demo.url}${path}/saved-page.html`, html });
  }

  /**
   * @param {Person} person
   * @param {string} address
   */
  async function askForCode(person, address) {
    await person.choose("By my work address");
    await person.fill({ "Email address": address });
    await person.page.getByRole("button", { name: "Go on", exact: true }).click();
  }

  return {
    "the page saved as a file signs from disk, without anything from elsewhere": async () => {
      const { folder, file, shown } = await save();
      const hash = createHash("sha256").update(await readFile(file)).digest("hex");
      assert.ok(shown.includes(hash.slice(0, 16).match(/.{4}/g)?.join(" ") ?? ""), `the page shows the hash of the file:\n${shown}`);
      const { person, asked, complaints } = await opened(file);
      await person.says("This page is a file on your computer", demo.url);
      await keep(person, "saved page: the choice");
      await askForCode(person, "una@example.com");
      await person.page.getByLabel("Code from the mail").waitFor();
      // The tab dies on the way; a reload goes on where it was.
      await person.page.reload();
      await person.page.getByLabel("Code from the mail").waitFor();
      await typeCode(person, await visits.newcomer(), "una@example.com");
      await confirm(person);
      const code = await done(person);
      await keep(person, "saved page: done");
      const calls = asked.map((request) => new URL(request.url())).filter((url) => url.protocol !== "file:");
      assert.deepEqual([...new Set(calls.map((url) => url.origin))], [demo.url]);
      for (const call of ["/codes", "/tokens", "/casts"]) {
        assert.equal(asked.filter((one) => one.url().endsWith(call) && one.method() === "POST").length, 1, call);
      }
      for (const request of asked.filter((one) => !one.url().startsWith("file:"))) {
        const headers = await request.allHeaders();
        assert.ok(!("cookie" in headers) && !("referer" in headers), request.url());
      }
      assert.deepEqual(complaints, []);

      // The file also looks into the log, and asks for nothing but the log; it proves what it has signed.
      const before = asked.length;
      await person.fill({ "Withdrawal code, or the text of your receipt": code });
      await person.page.getByRole("button", { name: "Look in the log", exact: true }).click();
      await person.page.locator("#own [data-lines] p").first().waitFor();
      assert.match(await person.words("#own [data-lines]"), /or not yet|is entry/);
      await person.fill({ Phrase: "For Robin Ada, Example Times, 3 June" });
      await person.page.getByRole("button", { name: "Make the statement" }).click();
      await person.page.getByRole("heading", { name: "Your statement" }).waitFor();
      const looked = asked.slice(before).map((request) => request.url());
      assert.ok(looked.length >= 2 && looked.every((one) => one.startsWith(`${demo.url}${path}/log/`)), looked.join());
      await keep(person, "saved page: own signature");
      assert.deepEqual(complaints, []);

      // The signature is found by anybody who has its code.
      const elsewhere = await visits.newcomer();
      await elsewhere.goto("/receipt");
      await elsewhere.fill({ "Withdrawal code": code });
      await elsewhere.press("Show my signature");
      await elsewhere.says("Withdraw my signature");
      await rm(folder, { recursive: true });
    },

    "a browser that keeps nothing for a file says so, and signs": async () => {
      const { folder, file } = await save();
      const context = await visits.browser.newContext({ reducedMotion: "reduce" });
      context.setDefaultTimeout(10_000);
      await context.addInitScript(() => {
        Object.defineProperty(globalThis, "sessionStorage", {
          get: () => {
            throw new DOMException("refused", "SecurityError");
          },
        });
      });
      const person = new Person(visits, context, await context.newPage());
      visits.open.push({ context, cookies: false });
      await person.page.goto(pathToFileURL(file).href);
      await person.page.getByText("This browser keeps nothing for this page").waitFor();
      await askForCode(person, "vic@example.com");
      await person.page.getByLabel("Code from the mail").waitFor();
      await typeCode(person, await visits.newcomer(), "vic@example.com");
      await confirm(person);
      await done(person);
      await rm(folder, { recursive: true });
    },

    "the page saved as a file checks the whole log, and finds a changed entry and another petition": async () => {
      const { folder, file } = await save();
      const { person, asked, complaints } = await opened(file);
      await checkIt(person);
      assert.match(await verdict(person), /^All is well/);
      await keep(person, "saved page: all is well");
      const calls = asked.map((request) => new URL(request.url())).filter((url) => url.protocol !== "file:");
      assert.ok(calls.every(({ href }) => href.startsWith(`${demo.url}${path}/`)));
      assert.deepEqual(complaints, []);
      // It names the file itself: whoever checks can compare.
      const hash = createHash("sha256").update(await readFile(file)).digest("hex");
      assert.equal(await person.words("[data-page]"), hash);

      /** @param {(text: string) => string} change */
      const bent = (change) => async (/** @type {Route} */ route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: Buffer.from(change((await answer.body()).toString("latin1")), "latin1") });
      };
      const again = () => person.page.getByRole("button", { name: "Check again", exact: true }).click();
      const entries = "**/log/tile/entries/**";
      await person.page.route(entries, bent((text) => text.replace(/"script":"(.)/, (_, first) => `"script":"${first === "x" ? "y" : "x"}`)));
      await again();
      await checkIt(person);
      assert.equal(await verdict(person), "This is not in order");
      await person.says("The entries are not those that the log has signed");
      await person.page.unroute(entries);
      await person.page.route(entries, bent((text) => text.replace('"v":1', '"v":2')));
      await again();
      await checkIt(person);
      const alert = person.page.locator("#audit-check [role=alert]");
      await alert.waitFor();
      assert.match(await alert.innerText(), /The log begins otherwise than the petition that this page names/);
      await rm(folder, { recursive: true });
    },

    "the saved page refuses a site that now serves another petition": async () => {
      const { folder, file } = await save();
      const { person, asked } = await opened(file);
      // Whoever runs the site begins the log anew, with another genesis under the same key.
      await person.page.route("**/log/tile/entries/**", async (route) => {
        const answer = await route.fetch();
        const text = (await answer.body()).toString("latin1");
        const title = text.match(/"title":"([^"]+)"/)?.[1] ?? "";
        const other = text.replace(`"title":"${title}"`, `"title":"${title.slice(0, -1)}!"`);
        assert.notEqual(other, text);
        await route.fulfill({ response: answer, body: Buffer.from(other, "latin1") });
      });
      await askForCode(person, "wim@example.com");
      assert.match(await told(person), /Stop: do not sign on this page now.*log-genesis/s);
      assert.equal(asked.filter((one) => one.method() === "POST").length, 0, "nothing was sent");
      await rm(folder, { recursive: true });
    },
  };
}
