// People who come back to see that their signature is still there, and prove to a journalist that it is theirs: on a
// phone with script on, and without script on the other side.

import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../server.mjs";
import { ask, confirm, done, signer, typeCode } from "./anonymous.mjs";
import { numbers } from "./petition.mjs";

/**
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('../visit.mjs').Person} Person
 * @typedef {import('../visit.mjs').Visits} Visits
 */

const PHRASE = "For Robin Ada, Example Times, 3 June";
const INPUT = "Withdrawal code, or the text of your receipt";
const LOOK = "Look in the log";

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function receipts(visits, demo) {
  const path = demo.petition;
  let [code, folder, file, statement] = ["", "", "", ""];

  /**
   * What this person's browser asks for from now on.
   * @param {Person} person
   */
  function listen(person) {
    /** @type {{method: string, path: string, body: ?string}[]} */
    const asked = [];
    person.context.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      // Style, script and icon belong to the page, whoever opens it.
      if (pathname.startsWith("/static/")) return;
      asked.push({ method: request.method(), path: pathname + search, body: request.postData() });
    });
    return asked;
  }

  /**
   * Looks with what was typed or chosen, and waits for what the log says.
   * @param {Person} person
   * @param {{typed?: string, chosen?: string}} given
   */
  async function look(person, { typed, chosen }) {
    await person.page.getByLabel(INPUT, { exact: true }).waitFor();
    if (typed) await person.fill({ [INPUT]: typed });
    if (chosen) await person.page.getByLabel("Or your receipt as a file").setInputFiles(chosen);
    await person.page.getByRole("button", { name: LOOK, exact: true }).click();
    await person.page.locator("#own [data-lines] p").first().waitFor();
    return person.words("#own [data-lines]");
  }

  /** @param {{method: string, path: string}} request */
  const isLog = ({ method, path: asked }) =>
    method === "GET" && (asked === `${path}/log/checkpoint` || asked.startsWith(`${path}/log/tile/entries/`));

  return {
    "a signer looks up her own signature on a phone, and the site sees a log being fetched and no more": async () => {
      const mailbox = await visits.newcomer();
      const reader = await visits.newcomer();
      const before = await numbers(reader, path);
      const zoe = await signer(visits);
      await ask(zoe, path, "zoe@example.com");
      await typeCode(zoe, mailbox, "zoe@example.com");
      await confirm(zoe);
      code = await done(zoe);
      await zoe.says("you can see that it is in the public log");
      await zoe.goto(`${path}/audit`);
      const waiting = await look(zoe, { typed: code });
      assert.match(waiting, /or not yet/);
      assert.ok(await zoe.page.getByText("Your signature still waits for its group.").isVisible());
      assert.ok(!(await zoe.page.getByRole("button", { name: "Save as a file" }).isVisible()), "nothing to keep yet");
      await zoe.keepState("own signature: not yet");
      for (const name of ["yara", "xenia", "wanda", "vera"]) {
        const person = await visits.newcomer();
        await person.goto(path);
        await person.choose("By my work address");
        await person.fill({ "Email address": `${name}@example.com` });
        await person.press("Be counted, name not shown");
        await typeCode(person, mailbox, `${name}@example.com`);
        await person.press("Confirm my signature");
      }
      await until("the group is published", async () => (await numbers(reader, path)).work >= before.work + 5, 90);
      await zoe.goto(`${path}/audit`);
      const asked = listen(zoe);
      const found = await look(zoe, { typed: code.toLowerCase() });
      assert.match(found, /Your signature is entry \d+ of the log/);
      assert.match(found, /It was signed by work address/);
      assert.match(found, /it counts/);
      assert.ok(asked.length >= 2 && asked.every(isLog), JSON.stringify(asked));
      assert.ok(await zoe.page.locator("#own [data-answer] h3").first().evaluate((one) => one === document.activeElement));
      const kept = await zoe.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      assert.ok(!kept.includes(code.slice(0, 4)) || !kept.includes("own"), "nothing is stored for it");
      const [download] = await Promise.all([
        zoe.page.waitForEvent("download"),
        zoe.page.getByRole("button", { name: "Save as a file" }).click(),
      ]);
      assert.ok(!/petition|sign|receipt/i.test(download.suggestedFilename()), "the file's name tells nothing");
      folder = await mkdtemp(join(tmpdir(), "undersigned-receipt-"));
      file = join(folder, "note.txt");
      await copyFile(await download.path(), file);
      const text = await readFile(file, "utf8");
      assert.ok(text.includes(code.replaceAll(" ", "-")) && text.includes("c2sp.org/tlog-proof@v1\nindex "), text);
      assert.ok(text.includes(`${demo.url}${path}\n`), text);
      await zoe.page.getByText("Show its text").click();
      await zoe.keepState("own signature: found");
      await zoe.page.locator("#own").getByRole("button", { name: "Copy", exact: true }).first().click();
      await zoe.page.getByText(/^(Copied\.|It is marked now)/).waitFor();
    },

    "she comes back with the file, sees that nothing was changed, and makes a statement for a journalist": async () => {
      const zoe = await signer(visits);
      await zoe.goto(`${path}/audit#own`);
      const asked = listen(zoe);
      const found = await look(zoe, { chosen: file });
      assert.match(found, /nothing was changed, moved or left out: your signature is still there/);
      await zoe.fill({ Phrase: "For \u202eRobin" });
      await zoe.page.getByRole("button", { name: "Make the statement" }).click();
      await zoe.page.locator("#own [role=alert]").waitFor();
      assert.match(await zoe.words("#own [role=alert]"), /cannot be seen or that changes how the rest is read/);
      await zoe.fill({ Phrase: `  ${PHRASE} ` });
      await zoe.page.getByRole("button", { name: "Make the statement" }).click();
      await zoe.page.getByRole("heading", { name: "Your statement" }).waitFor();
      statement = (await zoe.page.locator('[data-copied="statement"]').textContent())?.trim() ?? "";
      assert.equal(JSON.parse(statement).phrase, PHRASE);
      assert.ok(!statement.includes(code.slice(0, 4)));
      await zoe.keepState("own signature: statement");
      assert.ok(asked.every(isLog), `neither code nor phrase is sent: ${JSON.stringify(asked)}`);
      await zoe.page.goto("about:blank");
      await zoe.page.goBack();
      await zoe.page.getByLabel(INPUT, { exact: true }).waitFor();
      assert.equal(await zoe.page.getByLabel(INPUT, { exact: true }).inputValue(), "", "gone with the page");
      assert.equal(await zoe.page.locator("#own [data-lines]").count(), 0);
    },

    "the journalist checks it without script, and with it, and gets the same words": async () => {
      const reader = await visits.newcomer();
      await reader.goto(`${path}/audit`);
      await reader.says("Looking it up in your browser works with script only", "Check somebody’s statement");
      await reader.keep("audit: without script");
      await reader.fill({ Statement: `Dear Robin,\n\n${statement.replace("Ada, Example", "Ada,\n Example")}\n\nbest` });
      await reader.press("Check it");
      await reader.says("The statement holds", PHRASE, "It was signed by work address.", "it counts", "Is this the phrase that you chose");
      await reader.keep("statement: holds");
      const plain = await reader.words(".note.good");
      await reader.fill({ Statement: statement.replace("3 June", "4 June") });
      await reader.press("Check it", { status: 422 });
      await reader.says("There is a problem", "The statement is false");
      assert.ok((await reader.page.getByLabel("Statement", { exact: true }).inputValue()).includes("4 June"), "what was pasted stays");
      await reader.keep("statement: false");

      const scripted = await visits.newcomer({ script: true });
      await scripted.goto(`${path}/audit`);
      await scripted.page.getByLabel(INPUT, { exact: true }).waitFor();
      const asked = listen(scripted);
      const check = () => scripted.page.getByRole("button", { name: "Check it", exact: true }).click();
      /** @type {[string, RegExp][]} */
      const wrong = [
        ["hello", /not a whole statement/],
        ["x".repeat(30_000), /longer than any statement/],
        [statement.replace("June", "July"), /The statement is false/],
      ];
      for (const [pasted, says] of wrong) {
        await scripted.fill({ Statement: pasted });
        await check();
        await scripted.page.locator("#check-statement [role=alert]").getByText(says).waitFor();
        assert.equal(await scripted.page.getByLabel("Statement", { exact: true }).inputValue(), pasted);
      }
      await scripted.keepState("statement: refused by the script");
      await scripted.fill({ Statement: statement });
      await check();
      await scripted.page.locator("#check-statement .note.good").waitFor();
      assert.equal((await scripted.words("#check-statement .note.good")).replace(/\s+/g, " "), plain.replace(/\s+/g, " "));
      assert.ok(asked.every(isLog), `the statement is not sent: ${JSON.stringify(asked)}`);
      await scripted.keepState("statement: checked by the script");
    },

    "whoever has no script gets the same statement on the site": async () => {
      const zoe = await visits.newcomer();
      await zoe.goto("/receipt");
      await zoe.fill({ "Withdrawal code": code });
      await zoe.press("Show my signature");
      await zoe.says("Prove that you signed", "Nobody has to give one");
      await zoe.keep("receipt: prove");
      await zoe.press("Make the statement", { status: 422 });
      await zoe.fill({ Phrase: PHRASE });
      await zoe.press("Make the statement");
      assert.equal((await zoe.words(".ballot")).replace(/\s+/g, " "), statement, "the same as in the browser");
      await zoe.keep("receipt: statement");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
