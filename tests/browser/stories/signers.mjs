// People who sign, and think better of it.

import assert from "node:assert/strict";
import { keyboard } from "./keyboard.mjs";
import { mailTo, names, numbers, sign, withdrawalCode } from "./petition.mjs";

/**
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('../visit.mjs').Person} Person
 * @typedef {import('../visit.mjs').Visits} Visits
 */

const WORK = "By my work address";
const OTHER = "By another address";

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function signers(visits, demo) {
  const path = demo.petition;
  const nobody = /** @type {Person} */ ({});
  const shared = { reader: nobody, mailbox: nobody, wandasCode: "", solsCode: "" };

  return {
    "a person signs as an employee, presses confirm twice and is counted once": async () => {
      const reader = await visits.newcomer();
      const before = await numbers(reader, path);
      const mailbox = await visits.newcomer();
      Object.assign(shared, { reader, mailbox });
      const wanda = await visits.newcomer();

      await wanda.goto("/");
      await wanda.keep("front page");
      await wanda.follow("Set binding rules for what Azure may do for ICE");
      await wanda.keep("petition");
      await wanda.page.getByRole("link", { name: "Sign this petition" }).click();
      await wanda.choose(WORK);
      await wanda.fill({ "Your name (only to sign in public)": "Wanda Walker", "Job title (optional)": "Tester", "Email address": "wanda@example.com" });
      await wanda.press("Sign with my name in public");
      await wanda.says("Check your inbox");
      await wanda.keep("check your inbox");
      const second = await visits.newcomer();
      await second.goto(`${path}/confirmations`);
      await second.says("Sign with a code that you have");
      await second.keep("sign with a code");
      const mail = await mailTo(mailbox, "wanda@example.com");
      assert.ok(!/petition|microsoft|azure|sign/i.test(mail.text), `a work mail tells: ${mail.text}`);
      assert.equal(mail.link, undefined, "work mail has no link");
      await mailbox.keep("the demo's mails");

      await wanda.fill({ "Code from the mail": mail.code.toLowerCase().replace("-", " ") });
      // The first answer is lost on the way, so she presses again.
      await wanda.pressInVain("Confirm my signature");
      await wanda.says("Check your inbox");
      assert.equal((await numbers(reader, path)).work, before.work + 1, "it counts, seen or not");
      await wanda.press("Confirm my signature");
      await wanda.says("Your signature counts", "Anyone who finds this code can prove that you signed");
      const code = await withdrawalCode(wanda);
      await wanda.reload();
      await wanda.keep("done, with the withdrawal code");
      assert.equal(await withdrawalCode(wanda), code, "after a reload, which sends the code again");
      // Going back sends the first form again, as if for the first time. Who can read the mailbox is told.
      await wanda.back();
      await wanda.says("Check your inbox");
      await wanda.fill({ "Code from the mail": mail.code });
      await wanda.press("Confirm my signature", { status: 409 });
      await wanda.says("This proof has been used");
      await wanda.keep("proof used");

      assert.deepEqual(await numbers(reader, path), { ...before, work: before.work + 1 });
      const shown = await names(reader, path);
      assert.equal(shown.filter((name) => name === "Wanda Walker").length, 1);
      await reader.keep("names");
      shared.wandasCode = code;
    },

    "a mailed link that is opened 20 times changes nothing; its button does": async () => {
      const { reader, mailbox } = shared;
      const before = await numbers(reader, path);
      const sol = await visits.newcomer();
      await sign(sol, path, { proof: OTHER, name: "Sol Supporter", address: "sol@example.net" });
      const { link } = await mailTo(mailbox, "sol@example.net");
      assert.ok(link, "mail to a personal address has a link");

      for (let time = 0; time < 20; time += 1) {
        /** @type {Response} */
        const answer = await fetch(demo.url + link);
        assert.equal(answer.status, 200);
        assert.ok((await answer.text()).includes("Nothing has happened yet"));
      }
      assert.equal((await fetch(demo.url + link, { method: "HEAD" })).status, 200);
      assert.deepEqual(await numbers(reader, path), before);
      assert.ok(!(await names(reader, path)).includes("Sol Supporter"));

      await sol.goto(link);
      await sol.keep("confirm, from a mailed link");
      await sol.press("Confirm my signature");
      shared.solsCode = await withdrawalCode(sol);
      await sol.goto(link);
      await sol.says("This link has been used already");
      await sol.keep("a mailed link that has been used");
      await sol.press("Show the withdrawal code again");
      assert.equal(await withdrawalCode(sol), shared.solsCode, "after pressing again");
      assert.deepEqual(await numbers(reader, path), { work: before.work, others: before.others + 1 });
      assert.ok((await names(reader, path)).includes("Sol Supporter"));
    },

    "a name taken down is gone from the page, and the signature stays counted": async () => {
      const { reader, solsCode } = shared;
      const before = await numbers(reader, path);
      const sol = await visits.newcomer();
      await show(sol, solsCode);
      await sol.press("Take my name down, keep my signature counted");
      await sol.says("Your name is down");
      await sol.keep("name taken down");
      assert.deepEqual(await numbers(reader, path), before);
      assert.ok(!(await names(reader, path)).includes("Sol Supporter"));
    },

    "a person who withdraws is gone from the page and from the number at once": async () => {
      const { reader, wandasCode } = shared;
      const before = await numbers(reader, path);
      const wanda = await visits.newcomer();
      await wanda.goto("/");
      await wanda.follow("Withdraw a signature");
      await wanda.keep("receipt");
      await wanda.fill({ "Withdrawal code": "not a code" });
      await wanda.press("Show my signature", { status: 422 });
      await wanda.keep("receipt, with a mistake");
      await show(wanda, wandasCode.toLowerCase().replaceAll(" ", "-"));
      await wanda.says("Wanda Walker");
      await wanda.keep("receipt found");
      await wanda.press("Withdraw my signature");
      await wanda.says("Your signature is withdrawn");
      await wanda.keep("withdrawn");
      assert.deepEqual(await numbers(reader, path), { ...before, work: before.work - 1 });
      assert.ok(!(await names(reader, path)).includes("Wanda Walker"));
    },

    "after a mistake everything typed is still there, and the summary leads to it": async () => {
      const mika = await visits.newcomer();
      await mika.goto(path);
      await mika.choose(WORK);
      await mika.fill({ "Your name (only to sign in public)": "Mika Mistake", "Job title (optional)": "Typist", "Email address": "mika@exam ple" });
      await mika.press("Sign with my name in public", { status: 422 });
      await mika.keep("sign, with a mistake");
      assert.match(await mika.page.title(), /^Error: /);
      assert.equal(await mika.page.evaluate(() => document.activeElement?.id), "problems", "the summary has the focus");
      assert.ok(await mika.page.getByLabel(WORK, { exact: true }).isChecked());
      for (const [label, value] of [["Your name (only to sign in public)", "Mika Mistake"], ["Job title (optional)", "Typist"], ["Email address", "mika@exam ple"]]) {
        assert.equal(await mika.page.getByLabel(label, { exact: true }).inputValue(), value, label);
      }
      await mika.page.locator("#problems a").first().click();
      assert.equal(new URL(mika.page.url()).hash, "#address");
      await mika.page.keyboard.press("Tab");
      await mika.goto(path);
      await mika.press("Sign with my name in public", { status: 422 });
      await mika.keep("sign, nothing filled in");
      assert.equal(await mika.page.locator("#problems a").count(), 3, "proof, name and address");
    },

    "a person signs with the keyboard alone": async () => keyboard(visits, path, shared.mailbox),
  };
}

/**
 * @param {Person} person
 * @param {string} code
 */
async function show(person, code) {
  await person.goto("/receipt");
  await person.fill({ "Withdrawal code": code });
  await person.press("Show my signature");
}
