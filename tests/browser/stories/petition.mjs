// What people read off a petition: its numbers, its names, and the mails that come when they sign.

import assert from "node:assert/strict";
import { until } from "../server.mjs";

/**
 * @typedef {import('../visit.mjs').Person} Person
 */

/**
 * The two numbers on a petition's page: by work address, and by other addresses.
 * @param {Person} person
 * @param {string} path
 */
export async function numbers(person, path) {
  await person.goto(path);
  const line = await person.words("aside .count");
  const work = line.match(/^At least\s+(\d+)\s+signatures? by work address/);
  const others = line.match(/, (\d+) by (?:an)?other address/);
  assert.ok(work && others, `no two numbers in “${line}”`);
  return { work: Number(work[1]), others: Number(others[1]) };
}

/**
 * @param {Person} person
 * @param {string} path
 */
export async function names(person, path) {
  await person.goto(`${path}/signers`);
  return person.page.locator(".names .name").allInnerTexts();
}

/**
 * The newest mail to an address, read where the demo shows mails.
 * @param {Person} mailbox
 * @param {string} address
 */
export async function mailTo(mailbox, address) {
  return until(`a mail to ${address}`, async () => {
    await mailbox.goto("/dev/mail");
    const mails = mailbox.page.locator("article.mail").filter({ hasText: address });
    if ((await mails.count()) === 0) return null;
    const text = await mails.first().innerText();
    const code = text.match(/^\s*([0-9A-Z]{4}-[0-9A-Z]{4})\s*$/m)?.[1];
    assert.ok(code, `no code in the mail:\n${text}`);
    return { text, code, link: text.match(/https?:\/\/[^/\s]+(\/confirm\/\S+)/)?.[1] };
  });
}

/** @param {Person} person */
export async function withdrawalCode(person) {
  const code = await person.words(".withdrawal-code");
  assert.equal(code.replace(/\s/g, "").length, 28, `seven groups of four: ${code}`);
  return code.replace(/\s+/g, " ");
}

/**
 * Fills in the form on the petition's page and sends it.
 * @param {Person} person
 * @param {string} path
 * @param {{proof: string, name: string, title?: string, address: string}} typed
 */
export async function sign(person, path, { proof, name, title = "", address }) {
  await person.goto(path);
  await person.choose(proof);
  await person.fill({ "Your name (only to sign in public)": name, "Job title (optional)": title, "Email address": address });
  await person.press("Sign with my name in public");
  await person.says("Check your inbox", "not counted until you confirm it here");
}
