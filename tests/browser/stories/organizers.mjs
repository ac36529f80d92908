// Someone who starts a petition, and the organizer whose passphrase the demo prints.

import assert from "node:assert/strict";
import { names, numbers } from "./petition.mjs";

/**
 * @typedef {import('../visit.mjs').Person} Person
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('../visit.mjs').Visits} Visits
 */

const PSEUDONYM = "Quiet Heron";
const PASSPHRASE = "seven quiet herons over the weir";
const LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz";
const TITLE = `Publish the ${LONG_WORD}`;
const HEBREW = "הפסיקו את המכירה";
const PHONE = { width: 360, height: 740 };
const PAGE_BYTES = 50_000;

/** A text as long as organizers write them: headings, lists, links, quotations; over 5,000 characters. */
function longText() {
  /** @param {number} number */
  const part = (number) => `## Point ${number}: what we know

We build and run this service, and we read about its use in the [paper of record](https://example.org/article-${number}).
What we read is *not* what was said when the contract was signed. **Nobody asked us.**

> The use has tripled within half a year. (Report ${number})

- Which uses are covered, and which are excluded?
- Who checks it, how often, and where can it be read?

`;
  let text = "";
  for (let number = 1; text.length < 5_000; number += 1) text += part(number);
  return text.trim();
}

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function organizers(visits, demo) {
  const shared = { heron: /** @type {Person} */ ({}), path: "" };

  return {
    "an organizer makes an account and gets recovery codes": async () => {
      const heron = await visits.newcomer({ cookies: true });
      await heron.goto("/sign-up");
      await heron.keep("sign-up");
      await heron.fill({ Pseudonym: PSEUDONYM, Passphrase: "short" });
      await heron.press("Make the account", { status: 422 });
      await heron.keep("sign-up, with a mistake");
      assert.equal(await heron.page.getByLabel("Pseudonym", { exact: true }).inputValue(), PSEUDONYM);
      assert.equal(await heron.page.getByLabel("Passphrase", { exact: true }).inputValue(), "", "a passphrase is never sent back");
      await heron.fill({ Passphrase: PASSPHRASE });
      await heron.press("Make the account");
      await heron.keep("recovery codes");
      assert.ok((await heron.page.locator(".codes li").count()) >= 8);
      await heron.follow("I have kept them, go on");
      await heron.goto("/account");
      await heron.says(`Signed in as ${PSEUDONYM}`);
      await heron.keep("account");
      shared.heron = heron;
    },

    "she writes a petition in steps, sees the preview and opens it": async () => {
      const { heron } = shared;
      await heron.goto("/organize");
      await heron.keep("my petitions, none yet");
      await heron.press("Start a petition");
      await heron.keep("step: the ask");
      await heron.fill({ Title: HEBREW, Summary: HEBREW });
      for (const name of ["Title", "Summary"]) {
        const field = heron.page.getByLabel(name, { exact: true });
        assert.ok(await field.evaluate((one) => one.matches(":dir(rtl)")), `${name} is written from right to left`);
      }
      await heron.fill({ Title: TITLE, Summary: "We run the service and ask to know what for.", "Started by": "Some of us" });
      await heron.press("Save and go on", { status: 422 });
      await heron.keep("step: the ask, with a mistake");
      assert.equal(await heron.page.getByLabel("Title", { exact: true }).inputValue(), TITLE, "what was typed is kept");
      await heron.fill({ "Addressed to": "The board of Harbor Cloud" });
      await heron.press("Save and go on");

      await heron.keep("step: text and demands");
      await heron.fill({ Text: longText(), Demands: "Publish the list of uses.\nLet somebody independent check it." });
      await heron.press("Save and go on");

      await heron.keep("step: contracts");
      await heron.page.getByLabel("Supplier", { exact: true }).selectOption({ label: "Harbor Cloud" });
      await heron.page.getByLabel("Status", { exact: true }).selectOption({ label: "Running" });
      await heron.fill({
        Customer: "City of Meridian (invented)",
        "Name of the contract": "Storage for the trams",
        Provides: "Storage of recordings.",
        "Web address": "https://example.org/gazette",
        "Published by": "The Meridian Gazette (invented)",
        "What it shows": "The award.",
      });
      await heron.press("Save and go on");

      await heron.keep("step: who is asked to sign");
      await heron.choose("Harbor Cloud", "together, in one number", "Former staff and supporters may sign too");
      await heron.press("Save and go on");

      await heron.keep("step: goal and dates");
      const last = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
      await heron.fill({ "Last day to sign": last, "Goal (optional)": "150" });
      await heron.press("Save and go on");

      await heron.says("Everything is there.");
      await heron.keep("before it opens");
      await heron.follow("Preview");
      await heron.says("This is a preview. Nobody else sees it.", TITLE, "Point 5: what we know");
      await heron.keep("preview");
      const reader = await visits.newcomer();
      await reader.goto("/petitions");
      await reader.saysNot(TITLE);

      await heron.follow("Back to writing");
      await heron.choose("In public");
      await heron.press("Start taking signatures");
      await heron.says("Dashboard", TITLE, "Open for signatures");
      await heron.keep("dashboard, no signature yet");
      await reader.goto("/petitions");
      await reader.keep("list of petitions");
      await reader.follow(TITLE);
      await reader.keep("petition with a long word");
      shared.path = new URL(reader.page.url()).pathname;
    },

    "a word of sixty letters makes neither list nor petition scroll sideways on a phone": async () => {
      assert.ok(LONG_WORD.length > 60);
      const reader = await visits.newcomer({ viewport: PHONE });
      for (const path of ["/", "/petitions", shared.path, `${shared.path}/audit`]) {
        await reader.goto(path);
        await reader.says(LONG_WORD);
        const [width, shown] = await reader.page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.scrollingElement ?? document.documentElement;
          return [scrollWidth, clientWidth];
        });
        assert.ok(width <= shown, `${path} is ${width} px wide in a window of ${shown}`);
      }
    },

    "a petition of 5,000 characters is under 50 kB, and not sent again when unchanged": async () => {
      const address = demo.url + shared.path;
      assert.ok(longText().length >= 5_000);
      const first = await fetch(address, { headers: { "accept-encoding": "identity" } });
      const bytes = (await first.arrayBuffer()).byteLength;
      assert.ok(bytes < PAGE_BYTES, `${bytes} bytes`);
      const tag = first.headers.get("etag");
      assert.ok(tag, "it has an ETag");
      const again = await fetch(address, { headers: { "if-none-match": tag } });
      assert.equal(again.status, 304);
      return `${bytes} bytes`;
    },

    "the organizer of the example watches the same numbers and names as everybody": async () => {
      const olga = await visits.newcomer({ cookies: true });
      await olga.goto("/organize");
      await olga.keep("sign-in");
      await olga.fill({ Pseudonym: demo.organizer.name, Passphrase: "not the passphrase" });
      await olga.press("Sign in", { status: 422 });
      await olga.keep("sign-in, with a mistake");
      await olga.fill({ Passphrase: demo.organizer.passphrase });
      await olga.press("Sign in");
      await olga.keep("my petitions");
      await olga.follow("Set binding rules for what Azure may do for ICE");
      await olga.keep("dashboard");
      const reader = await visits.newcomer();
      const { work, others } = await numbers(reader, demo.petition);
      const figures = await olga.page.locator(".figures strong").allInnerTexts();
      // A kind of which nothing has come out yet is a dash.
      assert.deepEqual(figures.slice(0, 3), [String(work), "–", String(others)]);
      const dashboard = olga.page.url();
      await olga.follow("Public names");
      await olga.keep("names, as the organizer sees them");
      assert.deepEqual(await olga.page.locator(".names .name").allInnerTexts(), await names(reader, demo.petition));
      await olga.saysNot("@example.com", "@example.net");
      await olga.goto(dashboard);
      await olga.follow("Close early");
      await olga.keep("close early");
      await olga.press("Sign out");
      await olga.goto(dashboard);
      await olga.says("Signing a petition needs no account.");
    },
  };
}
