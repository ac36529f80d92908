// People who sign with script on, so that nobody can tell whose signature it is: on a phone, with a tab that dies,
// answers that get lost, a site that lies. They use the page and nothing else.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { until } from "../server.mjs";
import { mailTo, names, numbers, withdrawalCode } from "./petition.mjs";

/**
 * @typedef {import('playwright-core').Request} Request
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('../visit.mjs').Person} Person
 * @typedef {import('../visit.mjs').Visits} Visits
 */

const PHONE = { width: 360, height: 740 };
const CODE = "Code from the mail";
const CONFIRM = "Confirm my signature";
const ALERT = "#signing [role=alert]";

/**
 * Somebody with a phone, and script on.
 * @param {Visits} visits
 */
export async function signer(visits) {
  return visits.newcomer({ script: true, viewport: PHONE });
}

/**
 * Opens the petition and waits for the script's form.
 * @param {Person} person
 * @param {string} path
 */
export async function open(person, path) {
  await person.goto(path);
  await person.page.locator("#signing form").waitFor();
}

/**
 * From the choice to the field for the code.
 * @param {Person} person
 * @param {string} path
 * @param {string} address
 * @param {string} [proof]
 */
export async function ask(person, path, address, proof = "By my work address") {
  await open(person, path);
  await person.choose(proof);
  await person.fill({ "Email address": address });
  await person.page.getByRole("button", { name: "Go on", exact: true }).click();
  await person.page.getByLabel(CODE).waitFor();
}

/**
 * @param {Person} person
 * @param {Person} mailbox
 * @param {string} address
 */
export async function typeCode(person, mailbox, address) {
  const { code } = await mailTo(mailbox, address);
  await person.fill({ [CODE]: code.toLowerCase() });
  return code;
}

/** @param {Person} person */
export const confirm = (person) => person.page.getByRole("button", { name: CONFIRM, exact: true }).click();

/** @param {Person} person */
export async function done(person) {
  await person.page.locator("#signing .withdrawal-code").waitFor();
  await person.says("Your anonymous signature will be counted", "Anyone who finds this code can prove that you signed");
  return withdrawalCode(person);
}

/**
 * What the page says in its alert, which has the focus.
 * @param {Person} person
 */
export async function told(person) {
  await person.page.locator(ALERT).waitFor();
  assert.ok(await person.page.locator(ALERT).evaluate((one) => one === document.activeElement), "the alert has the focus");
  return person.words(ALERT);
}

/** @param {Person} person */
const kept = (person) => person.page.evaluate(() => JSON.stringify({ ...sessionStorage }));

/**
 * A tab that died and was restored: another process, the same address and what the tab had kept.
 * @param {Person} person
 * @param {Visits} visits
 * @param {(page: Page) => Promise<unknown>} [before]
 */
async function killed(person, visits, before = async () => {}) {
  const [storage, url] = [await kept(person), person.page.url()];
  await person.page.close();
  const next = await signer(visits);
  await next.context.addInitScript((all) => {
    if (sessionStorage.length > 0) return;
    for (const [key, value] of Object.entries(JSON.parse(all))) sessionStorage.setItem(key, value);
  }, storage);
  await before(next.page);
  await next.goto(url);
  return next;
}

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function anonymous(visits, demo) {
  const path = demo.petition;
  /** @type {Person} */
  let mailbox;

  return {
    "a person signs anonymously on a phone: one page, two inputs, no name": async () => {
      mailbox = await visits.newcomer();
      const anna = await signer(visits);
      const pages = new Set();
      anna.page.on("framenavigated", (frame) => pages.add(frame.url().split("#")[0]));
      await open(anna, path);
      assert.ok(await anna.page.getByLabel("Nobody: sign anonymously", { exact: true }).isChecked(), "the safest is chosen");
      await anna.says("your employer can list everyone who got our code");
      await anna.keepState("anonymous: the choice");
      let inputs = await anna.page.locator("input[required]:visible").count();
      await ask(anna, path, "anna@example.com");
      await anna.keepState("anonymous: the code");
      inputs += await anna.page.locator("input[required]:visible").count();
      assert.equal(inputs, 2, "address and code, and nothing else must be typed");
      await typeCode(anna, mailbox, "anna@example.com");
      await confirm(anna);
      const code = await done(anna);
      await anna.keepState("anonymous: done");
      assert.equal(pages.size, 1, [...pages].join());
      assert.ok(!(await kept(anna)).match(/anna@|"leaf"|"token"|"w"/), "all but the code is gone from the tab");
      await anna.reload();
      await anna.page.locator("#signing .withdrawal-code").waitFor();
      assert.equal(await withdrawalCode(anna), code, "a reload shows the code again");
      await anna.says("You signed in this tab");
      await anna.saysNot("will be counted"); // she may have withdrawn since, elsewhere
      const [download] = await Promise.all([
        anna.page.waitForEvent("download"),
        anna.page.getByRole("button", { name: "Save as a file" }).click(),
      ]);
      assert.equal((await readFile(await download.path(), "utf8")).replaceAll("-", " "), code);
      assert.ok(!/petition|sign/i.test(download.suggestedFilename()), "the file's name tells nothing");
      await anna.page.getByRole("button", { name: "Copy", exact: true }).first().click();
      await anna.page.getByText(/^(Copied\.|It is marked now)/).waitFor();
      await anna.page.getByRole("button", { name: "I have it, or go on without it" }).click();
      await anna.page.getByLabel("Nobody: sign anonymously").waitFor();
      assert.equal(await kept(anna), "{}", "then nothing is kept");
    },

    "a person whose tab is gone types address and code into a new one, and no second mail comes": async () => {
      const gone = await signer(visits);
      await ask(gone, path, "tilda@example.com");
      const { code } = await mailTo(mailbox, "tilda@example.com");
      await gone.page.close();
      const tilda = await signer(visits);
      /** @type {{send?: boolean}[]} */
      const sent = [];
      tilda.page.on("request", (request) => request.url().endsWith("/codes") && sent.push(request.postDataJSON()));
      await open(tilda, path);
      await tilda.page.getByRole("link", { name: "I already have a code", exact: true }).click();
      await tilda.page.locator("#signing form").waitFor();
      await tilda.choose("By my work address");
      await tilda.fill({ "Email address": "tilda@example.com", [CODE]: "0000-0000" });
      await tilda.keepState("anonymous: with a code");
      await tilda.page.getByRole("button", { name: "Go on", exact: true }).click();
      assert.match(await told(tilda), /not a code that was mailed for this petition/);
      await tilda.fill({ [CODE]: code });
      await tilda.page.getByRole("button", { name: "Go on", exact: true }).click();
      await done(tilda);
      assert.deepEqual(sent.map(({ send }) => send), [false, false], "only tickets were asked for");
    },

    "anonymous signatures come out in groups, and no name with them": async () => {
      const reader = await visits.newcomer();
      const before = await numbers(reader, path);
      assert.equal((await names(reader, path)).length, before.work + before.others, "nothing came out with a single one");
      for (const name of ["bea", "cleo", "dora"]) {
        const person = await visits.newcomer();
        await person.goto(path);
        await person.choose("By my work address");
        await person.fill({ "Email address": `${name}@example.com` });
        await person.press("Be counted, name not shown");
        await typeCode(person, mailbox, `${name}@example.com`);
        await person.press(CONFIRM);
      }
      await until("a group of five is published", async () => (await numbers(reader, path)).work === before.work + 5, 90);
      assert.equal((await names(reader, path)).length, before.work + before.others, "and no name with it");
    },

    "a tab that is reloaded or killed between any two steps goes on where it was": async () => {
      let fay = await signer(visits);
      await open(fay, path);
      await fay.fill({ "Email address": "fay@example.com" });
      await fay.choose("By my work address");
      await fay.reload();
      await fay.page.locator("#signing form").waitFor();
      assert.equal(await fay.page.getByLabel("Email address", { exact: true }).inputValue(), "fay@example.com");
      await fay.page.getByRole("button", { name: "Go on", exact: true }).click();
      await fay.page.getByLabel(CODE).waitFor();
      fay = await killed(fay, visits);
      const code = await typeCode(fay, mailbox, "fay@example.com");
      await fay.reload();
      assert.equal(await fay.page.getByLabel(CODE).inputValue(), code.toLowerCase());
      // The token's answer is lost: the site has given it, the tab dies before it comes.
      await fay.page.route("**/tokens", async (route) => {
        assert.equal((await route.fetch()).status(), 200, "the token was given");
        await route.abort("connectionreset");
      });
      await confirm(fay);
      assert.match(await told(fay), /No connection.*Nothing is lost/s);
      await fay.keepState("anonymous: no connection");
      // The restored tab asks again with the same bytes, gets the token, and casts; that answer is lost too.
      /** @type {(?string)[]} */
      const casts = [];
      fay = await killed(fay, visits, (page) =>
        page.route("**/casts", async (route) => {
          casts.push(route.request().postData());
          assert.equal((await route.fetch()).status(), 202, "it was cast");
          await route.abort("connectionreset");
        }),
      );
      assert.match(await told(fay), /No connection/);
      fay = await killed(fay, visits, (page) =>
        page.route("**/casts", (route) => {
          casts.push(route.request().postData());
          return route.continue();
        }),
      );
      await done(fay);
      assert.deepEqual(casts, [casts[0], casts[0]], "the same bytes again");
    },

    "pressing twice, and twice again, asks once and counts once": async () => {
      const gil = await signer(visits);
      /** @type {(string | undefined)[]} */
      const calls = [];
      gil.page.on("request", (request) => request.url().includes("/api/") && calls.push(request.url().split("/").at(-1)));
      await open(gil, path);
      await gil.choose("By my work address");
      await gil.fill({ "Email address": "gil@example.com" });
      await gil.page.getByRole("button", { name: "Go on", exact: true }).dblclick();
      await gil.page.getByLabel(CODE).waitFor();
      await typeCode(gil, mailbox, "gil@example.com");
      await gil.page.getByRole("button", { name: CONFIRM, exact: true }).dblclick();
      await done(gil);
      assert.deepEqual(calls, ["codes", "tokens", "casts"]);
    },

    "offline, too many, not available: it waits, says so, and goes on": async () => {
      const hal = await signer(visits);
      await open(hal, path);
      await hal.choose("By my work address");
      await hal.fill({ "Email address": "hal@example.com" });
      const goOn = hal.page.getByRole("button", { name: "Go on", exact: true });
      const retry = hal.page.getByRole("button", { name: "Try again", exact: true });
      await hal.context.setOffline(true);
      await goOn.click();
      assert.match(await told(hal), /No connection/);
      await hal.context.setOffline(false);
      await hal.page.route("**/codes", (route) => route.fulfill({ status: 429, headers: { "retry-after": "600" } }));
      await retry.click();
      assert.match(await told(hal), /Too many attempts.*Try again after \d\d:\d\d/s);
      await hal.page.unrouteAll();
      await hal.page.route("**/codes", (route) => route.fulfill({ status: 503 }));
      await retry.click();
      assert.match(await told(hal), /not available for a moment/);
      assert.match(await hal.page.title(), /^Error: /);
      await hal.page.unrouteAll();
      await retry.click();
      await hal.page.getByLabel(CODE).waitFor();
      await hal.page.getByRole("button", { name: "Send the code again" }).click();
      assert.match(await told(hal), /You asked a moment ago/);
      await hal.fill({ [CODE]: "0000-0000" });
      await confirm(hal);
      assert.match(await told(hal), /not a code that was mailed for this petition. You can try 4 more times/);
      await hal.keepState("anonymous: wrong code");
      await typeCode(hal, mailbox, "hal@example.com");
      await confirm(hal);
      await done(hal);
    },

    "what is missing or wrong is said beside the input, and stays typed": async () => {
      const ida = await signer(visits);
      await open(ida, path);
      await ida.page.getByRole("button", { name: "Go on", exact: true }).click();
      assert.match(await told(ida), /Enter your mail address/);
      await ida.keepState("anonymous: nothing filled in");
      await ida.choose("By my work address");
      await ida.fill({ "Email address": "ida@elsewhere.example" });
      await ida.page.getByRole("button", { name: "Go on", exact: true }).click();
      assert.match(await told(ida), /not at one of the employer’s mail domains/);
      assert.equal(await ida.page.getByLabel("Email address", { exact: true }).inputValue(), "ida@elsewhere.example");
      await ida.page.locator(`${ALERT} a`).click();
      assert.equal(await ida.page.evaluate(() => document.activeElement?.id), "s-address");
    },

    "a saved ballot is cast from another device with nothing but the file": async () => {
      const jo = await signer(visits);
      await open(jo, path);
      await jo.choose("By another address", "Cast it later, from another device or network");
      await jo.fill({ "Email address": "jo@example.net" });
      await jo.page.getByRole("button", { name: "Go on", exact: true }).click();
      await jo.page.getByLabel(CODE).waitFor();
      await typeCode(jo, mailbox, "jo@example.net");
      /** @type {Request[]} */
      const casts = [];
      jo.page.on("request", (request) => request.url().endsWith("/casts") && casts.push(request));
      await confirm(jo);
      await jo.page.locator("#signing .ballot").waitFor();
      await jo.says("Your signature is not sent yet", "Anyone who finds it can sign in your place");
      assert.equal(await jo.page.locator("#signing svg").count(), 0, "not on the screen before it is asked for");
      await jo.page.getByText("Show it as a QR code").click();
      await jo.page.getByRole("img", { name: "Show it as a QR code" }).waitFor();
      await jo.keepState("anonymous: the ballot");
      const [download] = await Promise.all([
        jo.page.waitForEvent("download"),
        jo.page.getByRole("button", { name: "Save as a file" }).click(),
      ]);
      const file = await download.path();
      assert.ok((await readFile(file)).length < 1024);
      assert.equal(casts.length, 0, "nothing is cast yet");

      const elsewhere = await signer(visits);
      await elsewhere.goto(`${path}/cast`);
      await elsewhere.page.locator("#signing form").waitFor();
      await elsewhere.keepState("cast later");
      await elsewhere.page.getByRole("button", { name: "Send my signature" }).click();
      assert.match(await told(elsewhere), /Choose the file/);
      await elsewhere.page.getByLabel("Or its text").fill((await readFile(file, "utf8")).slice(0, -5));
      await elsewhere.page.getByRole("button", { name: "Send my signature" }).click();
      assert.match(await told(elsewhere), /not a whole ballot/);
      await elsewhere.page.getByLabel("Ballot file").setInputFiles(file);
      await elsewhere.page.getByRole("button", { name: "Send my signature" }).click();
      const code = await done(elsewhere);
      // The first device sends it after all: it was cast before, and counts once.
      await jo.page.getByRole("button", { name: "Send it now from here after all" }).click();
      await jo.page.locator("#signing .withdrawal-code").waitFor();
      await jo.says("The site says that this had been cast before");
      assert.equal(await withdrawalCode(jo), code);
    },

    "a person signs in public with script on, and the name is on the list": async () => {
      const kay = await signer(visits);
      const reader = await visits.newcomer();
      const before = await numbers(reader, path);
      await open(kay, path);
      await kay.choose("Everyone: show my name", "By my work address");
      await kay.fill({ "Email address": "kay@example.com" });
      await kay.page.getByRole("button", { name: "Go on", exact: true }).click();
      assert.match(await told(kay), /Write the name/);
      await kay.fill({ "Your name": "Kay  Keen ", "Job title (optional)": "Tester" });
      await kay.keepState("with script, in public");
      await kay.page.getByRole("button", { name: "Go on", exact: true }).click();
      await kay.page.getByLabel(CODE).waitFor();
      await typeCode(kay, mailbox, "kay@example.com");
      await confirm(kay);
      await kay.page.locator("#signing .withdrawal-code").waitFor();
      await kay.says("Your signature counts");
      assert.ok((await names(reader, path)).includes("Kay Keen"));
      assert.equal((await numbers(reader, path)).work, before.work + 1);
    },

    "a name that the list cannot show is mended after the code, without another one": async () => {
      const rae = await signer(visits);
      const reader = await visits.newcomer();
      await open(rae, path);
      await rae.choose("Everyone: show my name", "By another address");
      await rae.fill({ "Email address": "rae@example.net", "Your name": "see https://example.org" });
      await rae.page.getByRole("button", { name: "Go on", exact: true }).click();
      await rae.page.getByLabel(CODE).waitFor();
      await typeCode(rae, mailbox, "rae@example.net");
      await confirm(rae);
      await rae.page.getByRole("heading", { name: "The name cannot be shown like this" }).waitFor();
      await rae.keepState("with script, a name to mend");
      await rae.reload();
      const name = rae.page.getByLabel("Your name", { exact: true });
      await name.waitFor();
      assert.equal(await name.inputValue(), "see https://example.org");
      await name.fill("Rae Right");
      await rae.page.getByRole("button", { name: "Sign with this name" }).click();
      await rae.page.locator("#signing .withdrawal-code").waitFor();
      assert.ok((await names(reader, path)).includes("Rae Right"));
    },

    "a receipt that is not the log's own for this signature is not believed": async () => {
      const sam = await signer(visits);
      await ask(sam, path, "sam@example.com");
      await typeCode(sam, mailbox, "sam@example.com");
      await sam.page.route("**/casts", async (route) => {
        const { promise } = await (await route.fetch()).json();
        await route.fulfill({ status: 202, json: { promise: promise.replace("at least 5", "at least 9") } });
      });
      await confirm(sam);
      assert.match(await told(sam), /did not answer with a receipt that is right.*note-signature/s);
      await sam.page.unrouteAll();
      await sam.page.getByRole("button", { name: "Try again", exact: true }).click();
      await done(sam);
    },

    "where a browser cannot sign anonymously the plain form stays, says why, and leaves an invitation unused": async () => {
      /** @type {[() => unknown, RegExp][]} */
      const lacking = [
        [() => Object.defineProperty(globalThis, "isSecureContext", { value: false }), /begins with http:.*weaker promise/s],
        [() => Object.defineProperty(crypto.subtle, "importKey", { value: () => Promise.reject(new Error("no Ed25519")) }), /too old.*weaker promise/s],
      ];
      for (const [lack, words] of lacking) {
        const pat = await signer(visits);
        await pat.context.addInitScript(lack);
        await pat.goto(`${path}#i=7K3M-9QXT-0000-ABCD`);
        await until("it says why", async () => words.test(await pat.words("#plain")));
        await pat.says("Your invitation has not been used");
        assert.equal(new URL(pat.page.url()).hash, "#i=7K3M-9QXT-0000-ABCD", "the link stays whole");
        await pat.page.getByRole("button", { name: "Be counted, name not shown" }).waitFor();
      }
    },

    "an invitation leaves the address bar at once; where it is not known, an address does": async () => {
      const quin = await signer(visits);
      await quin.goto(`${path}#i=7k3m9qxt0000abcd`);
      await quin.page.getByText("You came with an invitation").waitFor();
      assert.equal(new URL(quin.page.url()).hash, "");
      assert.equal(await quin.page.locator("#signing input[required]:visible").count(), 0, "nothing must be typed");
      await quin.keepState("anonymous: with an invitation");
      await quin.page.getByRole("button", { name: "Go on", exact: true }).click();
      assert.match(await told(quin), /invitation is not known here/);
      await quin.page.getByLabel("Email address", { exact: true }).waitFor();
      const cut = await signer(visits);
      await cut.goto(`${path}#i=7k3m`);
      assert.match(await told(cut), /invitation in the link is not complete/);
    },

    "who comes a second time is told by whom the proof can have been used": async () => {
      const anna = await signer(visits);
      await ask(anna, path, "anna@example.com");
      await typeCode(anna, mailbox, "anna@example.com");
      await confirm(anna);
      await anna.page.getByRole("heading", { name: "This did not work" }).waitFor();
      await anna.says("this mailbox has already signed once", "your employer");
      await anna.keepState("anonymous: proof used");
    },
  };
}
