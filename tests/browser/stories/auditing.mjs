// Readers who check a petition's whole log in their own browser, on a phone: an honest site, and one that lies.

import assert from "node:assert/strict";
import { mailTo, sign } from "./petition.mjs";

/**
 * @typedef {import('playwright-core').Request} Request
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('../visit.mjs').Person} Person
 * @typedef {import('../visit.mjs').Visits} Visits
 */

const PHONE = { width: 360, height: 740 };
const CHECK = "Check it here";

/** @param {Person} person */
export const checkIt = (person) => person.page.getByRole("button", { name: CHECK, exact: true }).click();

/**
 * The verdict's heading, which has the focus.
 * @param {Person} person
 */
export async function verdict(person) {
  const heading = person.page.locator("#audit-check h3[tabindex]:visible").filter({ hasText: /well|not in order/ });
  await heading.waitFor();
  assert.ok(await heading.evaluate((one) => one === document.activeElement), "the verdict has the focus");
  return heading.innerText();
}

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function auditing(visits, demo) {
  const path = demo.petition;
  /** @param {string} name */
  const files = (name) => `**${path}/${name}`;

  async function reader() {
    const person = await visits.newcomer({ script: true, viewport: PHONE });
    /** @type {Request[]} */
    const asked = [];
    person.page.on("request", (request) => asked.push(request));
    await person.goto(path);
    await person.follow("How to check this number");
    await person.page.getByRole("button", { name: CHECK, exact: true }).waitFor();
    return { person, asked };
  }

  /**
   * Somebody who checks a log whose files at `name` are bent.
   * @param {string} name
   * @param {(body: Buffer) => Buffer | string} bend
   */
  async function lied(name, bend) {
    const { person } = await reader();
    await person.page.route(files(name), async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: bend(await answer.body()) });
    });
    await checkIt(person);
    assert.equal(await verdict(person), "This is not in order");
    return { person, kinds: await person.page.locator("[data-findings] li").evaluateAll((all) => all.map((one) => one.dataset.code)) };
  }

  /**
   * @param {Person} person
   * @param {RegExp} words
   */
  async function alerted(person, words) {
    const alert = person.page.locator("#audit-check [role=alert]");
    await alert.waitFor();
    assert.ok(await alert.evaluate((one) => one === document.activeElement), "the alert has the focus");
    assert.match(await alert.innerText(), words);
  }

  /**
   * @param {Person} person
   * @param {string} text
   */
  const pasted = async (person, text) => {
    await person.page.getByText("Compare with an earlier check").click();
    await person.fill({ "The checkpoint that you kept": text });
  };

  /**
   * Where the bytes of the first cast begin in a bundle: leaves of 500 bytes, of kind 01.
   * @param {Buffer} bundle
   */
  function castIn(bundle) {
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
      if (bundle.readUInt16BE(at) === 500 && bundle[at + 3] === 1) return at + 2;
    }
    return assert.fail("no cast");
  }

  return {
    "a reader checks the whole log in the browser, and is told what it means": async () => {
      const { person, asked } = await reader();
      await person.keepState("audit: the button");
      const begun = asked.length;
      await checkIt(person);
      assert.match(await verdict(person), /^All is well: \d+ entries, every one read and checked now\.$/);
      await person.says("It does not mean that a person stood behind each", "The numbers that the site shows are those of the log");
      await person.keepState("audit: all is well");
      // The numbers found are those that the page above shows.
      const [shown, found] = await person.page.locator("table").evaluateAll((tables) => {
        return /** @type {HTMLTableElement[]} */ (tables).map((one) => {
          const place = [...(one.tHead?.rows[0].cells ?? [])].findIndex((cell) => cell.innerText === "Counted");
          return [...one.tBodies[0].rows].map((row) => row.cells[place].innerText);
        });
      });
      assert.deepEqual(found.filter((text) => text !== "0"), shown.filter((text) => /^\d+$/.test(text)));
      assert.ok(found.length > 0);
      const facts = await person.page.locator("#auditing").evaluate((one) => ({ ...one.dataset }));
      assert.equal(await person.words("[data-fingerprint]"), facts.genesis);
      // Everything was asked for once, without a cookie, by nobody in particular; nothing is kept.
      const calls = asked.slice(begun);
      assert.ok(calls.length >= 6 && calls.every((one) => one.method() === "GET" && one.url().startsWith(`${demo.url}${path}/`)));
      for (const call of calls) {
        const headers = await call.allHeaders();
        assert.ok(!("cookie" in headers) && !("referer" in headers), call.url());
      }
      assert.equal(await person.page.evaluate(() => localStorage.length + sessionStorage.length), 0);

      // Another day, with the checkpoint of today.
      const note = await person.page.locator("[data-note]").evaluate((one) => one.textContent);
      assert.equal(note, await (await fetch(`${demo.url}${path}/log/checkpoint`)).text());
      await person.page.getByRole("button", { name: "Check again", exact: true }).click();
      await pasted(person, note.trim());
      await checkIt(person);
      await verdict(person);
      await person.says("Since the audit before, of ", "nothing was changed, left out or put back");
    },

    "a reader without script is told what to use instead": async () => {
      const person = await visits.newcomer();
      await person.goto(`${path}/audit`);
      await person.says("This needs script, which is off in this browser", "undersigned audit");
      assert.equal(await person.page.getByRole("button", { name: CHECK, exact: true }).count(), 0);
    },

    "an older page checks a kind of proof that came later, and says that it does not know it": async () => {
      const { person } = await reader();
      // A page from before there were signatures by any mail.
      await person.page.locator("#audit-words").evaluate((words) => {
        const { content } = /** @type {HTMLTemplateElement} */ (words);
        for (const one of content.querySelectorAll('[data-word^="proof-any-mail"]')) one.remove();
      });
      await checkIt(person);
      assert.match(await verdict(person), /All is well/);
      await person.says("does not know the kind of proof “any-mail”", "by a kind of proof that this program does not know (any-mail)");
      await person.keepState("audit: a later kind of proof");
    },

    "a changed signature, a changed number and a changed name are found, and said": async () => {
      const { person, kinds } = await lied("log/tile/entries/**", (bundle) => {
        bundle[castIn(bundle) + 300] ^= 1;
        return bundle;
      });
      // With the signature its name and its place in the number are gone.
      assert.deepEqual(kinds, ["root", "cast", "opening", "number"]);
      await person.says("4 findings:", "The entries are not those that the log has signed", "the site’s key did not sign its token");
      await person.keepState("audit: a changed signature");

      const number = await lied("numbers.json", (body) => {
        const numbers = JSON.parse(String(body));
        numbers.crowds[0].number += 1;
        return JSON.stringify(numbers);
      });
      assert.deepEqual(number.kinds, ["number"]);
      await number.person.says("One finding:", "Crowd 0: the site shows");

      const name = await lied("openings.json", (body) => {
        const openings = JSON.parse(String(body));
        openings[0].extension = Buffer.from('{"mode":"public","name":"Somebody Else"}').toString("base64url");
        return JSON.stringify(openings);
      });
      assert.deepEqual(name.kinds, ["opening"]);
    },

    "a log that was put back is found by whoever kept a checkpoint": async () => {
      /** @param {string} name */
      const serve = async (name) => (await fetch(`${demo.url}${path}/${name}`)).text();
      /** @type {Record<string, string>} */
      const old = {};
      for (const name of ["log/checkpoint", "openings.json", "numbers.json"]) old[name] = await serve(name);
      const [mailbox, petra] = [await visits.newcomer(), await visits.newcomer()];
      await sign(petra, path, { proof: "By my work address", name: "Petra Put", address: "petra@example.com" });
      await petra.fill({ "Code from the mail": (await mailTo(mailbox, "petra@example.com")).code });
      await petra.press("Confirm my signature");
      const kept = await serve("log/checkpoint");
      assert.notEqual(kept, old["log/checkpoint"]);
      const { person } = await reader();
      for (const [name, body] of Object.entries(old)) {
        await person.page.route(files(name), (route) => route.fulfill({ body }));
      }
      // Whoever kept nothing finds nothing wrong.
      await checkIt(person);
      assert.match(await verdict(person), /All is well/);
      await person.page.getByRole("button", { name: "Check again", exact: true }).click();
      await pasted(person, kept);
      await checkIt(person);
      assert.equal(await verdict(person), "This is not in order");
      await person.says("it was put back", "An older copy of the same log is shorter, too, and proves nothing");
      const both = await person.page.locator("#audit-check pre").evaluateAll((all) => all.map((one) => one.textContent));
      assert.deepEqual(both, [kept, old["log/checkpoint"]]);
      await person.keepState("audit: put back");
    },

    "what is no checkpoint is said beside the field, and what was pasted stays": async () => {
      const { person } = await reader();
      await pasted(person, "not a checkpoint");
      await checkIt(person);
      await alerted(person, /This is not a checkpoint that this log’s key has signed/);
      assert.equal(await person.page.getByLabel("The checkpoint that you kept").inputValue(), "not a checkpoint");
      await person.keepState("audit: not a checkpoint");
    },

    "a file that is longer than it can be is not read to its end": async () => {
      const { person } = await reader();
      await person.page.route(files("numbers.json"), async (route) => {
        const body = await (await route.fetch()).text();
        await route.fulfill({ body: body + " ".repeat(100_000) });
      });
      await checkIt(person);
      await alerted(person, /not what was asked for/);
    },

    "a check that takes long shows how far it is, and can be stopped": async () => {
      const { person } = await reader();
      let go = () => {};
      /** @type {Promise<void>} */
      const slow = new Promise((resolve) => (go = resolve));
      await person.page.route(files("log/tile/entries/**"), async (route) => {
        await slow;
        await route.continue().catch(() => {});
      });
      await checkIt(person);
      await person.page.getByText(/^0 of \d+ entries$/).waitFor();
      await person.keepState("audit: on the way");
      await person.page.getByRole("button", { name: "Stop", exact: true }).click();
      await person.page.getByText("Stopped. Nothing was found out").waitFor();
      go();
      await checkIt(person);
      assert.match(await verdict(person), /All is well/);
    },
  };
}
