// Signers who seal their name to a trustee, on a petition that an organizer gave one, and the trustee, whose key opens
// what they have sent: with other people's code.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { load } from "../program.mjs";
import { npmModule } from "../tools.mjs";
import { confirm, done, open, signer, told, typeCode } from "./anonymous.mjs";
import { names, withdrawalCode } from "./petition.mjs";

/**
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('signing').Genesis} Genesis
 * @typedef {import('../visit.mjs').Person} Person
 * @typedef {import('../visit.mjs').Visits} Visits
 */

const { commit, fromUtf8, readBundle, readGenesis } = await load();

const TITLE = "Tell us what the trams will know";
const TRUSTEE = "Kim Ade, lawyer";
const SEAL = "Show my name when 10 have agreed to be named";
const CODE = "Code from the mail";
const NAME = "Zerlina Quantick";

const vectors = new URL("../../vectors/sealed.json", import.meta.url);
/** @param {string} text */
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));
/** @param {string} text */
const unhex = (text) => new Uint8Array(Buffer.from(text, "hex"));

/**
 * What the trustee does: opens a sealed name for one petition and one signature.
 * @param {{private_key: string}} trustee
 * @param {Genesis} genesis
 * @param {{leaf: string, sealed: string}} cast
 */
async function opened(trustee, genesis, { leaf, sealed }) {
  /** @type {typeof import("@hpke/core")} */
  const hpke = await npmModule("@hpke/core");
  const { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = hpke;
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const recipientKey = await suite.kem.importKey("raw", unhex(trustee.private_key).buffer, false);
  const info = Buffer.concat([Buffer.from("petition-sealed-name/v1\0"), genesis.petition, genesis.hash]);
  const ours = { recipientKey, enc: bytes(sealed).slice(0, 32), info: new Uint8Array(info) };
  const plain = new Uint8Array(await suite.open(ours, bytes(sealed).slice(32), bytes(leaf).slice(372, 404)));
  assert.equal(plain.length, 1024);
  return JSON.parse(fromUtf8(plain));
}

/** @param {Person} person */
const goOn = (person) => person.page.getByRole("button", { name: "Go on", exact: true }).click();

/**
 * From the choice to the end, with a name that is sealed.
 * @param {Person} person
 * @param {Person} mailbox
 * @param {{path: string, address: string, name: string, title?: string}} typed
 */
async function seal(person, mailbox, { path, address, name, title = "" }) {
  await open(person, path);
  await person.choose(SEAL);
  await person.fill({ "Work email address": address, "Your name": name, "Job title (optional)": title });
  await goOn(person);
  await person.page.getByLabel(CODE).waitFor();
  await typeCode(person, mailbox, address);
  await confirm(person);
}

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function sealed(visits, demo) {
  /** @type {Person} */
  let mailbox;
  let path = "";
  let trustee = { private_key: "", public_key: "" };
  /** @type {Genesis} */
  let genesis;

  return {
    "an organizer names a trustee, and the page offers to seal a name": async () => {
      trustee = JSON.parse(await readFile(vectors, "utf8"));
      mailbox = await visits.newcomer();
      const olga = await visits.newcomer({ cookies: true });
      await olga.goto("/sign-in");
      await olga.fill({ Pseudonym: demo.organizer.name, Passphrase: demo.organizer.passphrase });
      await olga.press("Sign in");
      await olga.goto("/organize");
      await olga.press("Start a petition");
      await olga.fill({ Title: TITLE, Summary: "We ask what it is for.", "Started by": "Some of us", "Addressed to": "The board" });
      await olga.press("Save and go on");
      await olga.fill({ Text: "We build it, and do not know what it is for.", Demands: "Tell us." });
      await olga.press("Save and go on");
      await olga.page.getByLabel("Supplier", { exact: true }).selectOption({ label: "Harbor Cloud" });
      await olga.page.getByLabel("Status", { exact: true }).selectOption({ label: "Running" });
      await olga.fill({
        Customer: "City of Meridian (invented)",
        "Name of the contract": "Storage for the trams",
        Provides: "Storage of recordings.",
        "Web address": "https://example.org/gazette",
        "Published by": "The Meridian Gazette (invented)",
        "What it shows": "The award.",
      });
      await olga.press("Save and go on");
      await olga.choose("Harbor Cloud", "together, in one number");
      await olga.fill({
        "The trustee": TRUSTEE,
        "The trustee’s public key": Buffer.from(trustee.public_key, "hex").toString("base64url"),
        "How many must agree to be named": "10",
      });
      await olga.press("Save and go on");
      await olga.fill({ "Last day to sign": new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10) });
      await olga.press("Save and go on");
      await olga.choose("In public");
      await olga.press("Start taking signatures");
      const reader = await visits.newcomer();
      await reader.goto("/petitions");
      await reader.follow(TITLE);
      path = new URL(reader.page.url()).pathname;
      const first = await fetch(`${demo.url}${path}/log/tile/entries/000.p/1`);
      genesis = await readGenesis(readBundle(new Uint8Array(await first.arrayBuffer()))[0]);
      assert.deepEqual(genesis.sealingKey, unhex(trustee.public_key));
    },

    "a person seals her name and hears before who will see what; the trustee’s key opens it, and nothing else shows it": async () => {
      const zoe = await signer(visits);
      /** @type {{url: string, body: string}[]} */
      const sent = [];
      zoe.page.on("request", (request) => sent.push({ url: request.url(), body: request.postData() ?? "" }));
      await open(zoe, path);
      assert.ok(await zoe.page.getByLabel("Nobody: sign anonymously", { exact: true }).isChecked(), "the safest is chosen");
      assert.equal(await zoe.page.getByLabel("Your name", { exact: true }).isVisible(), false);
      await zoe.choose(SEAL);
      await zoe.says(
        `${TRUSTEE} holds the key and could read your name early`,
        "could make up signatures and so force the number",
        "Nobody, until 10 have agreed and the two weeks have passed. Then everyone, your employer too.",
        "If too few agree, your sealed name is deleted 30 days after",
      );
      assert.equal(await zoe.page.getByLabel("Cast it later").isVisible(), false, "no name goes into a file");
      await zoe.keepState("sealed: the choice");
      await zoe.fill({ "Work email address": "zoe@harbor-cloud.example" });
      await goOn(zoe);
      assert.match(await told(zoe), /Write the name/);
      /** @type {[string, RegExp][]} */
      const unfit = [
        ["see https://example.org", /cannot be shown as it is written/],
        ["Zоe", /cannot be shown as it is written/],
        ["𠀀".repeat(100), /too long to be sealed/],
      ];
      for (const [name, words] of unfit) {
        await zoe.fill({ "Your name": name, "Job title (optional)": "𠀀".repeat(100) });
        await goOn(zoe);
        assert.match(await told(zoe), words);
      }
      assert.ok(!sent.some(({ url }) => url.includes("/api/")), "nothing was sent with a name that cannot be sealed");
      await zoe.keepState("sealed: a name without room");
      await zoe.fill({ "Your name": ` ${NAME.replace(" ", "  ")}`, "Job title (optional)": "Cartographer" });
      await goOn(zoe);
      await zoe.page.getByLabel(CODE).waitFor();
      await typeCode(zoe, mailbox, "zoe@harbor-cloud.example");
      await confirm(zoe);
      await zoe.page.locator("#signing .withdrawal-code").waitFor();
      await zoe.says(
        "Your signature will be counted, and your name is sealed",
        `Your name is sealed to ${TRUSTEE}; this site cannot read it`,
        "If too few agree, your sealed name is deleted after",
        "Anyone who finds this code can prove that you signed",
      );
      await zoe.keepState("sealed: done");
      const kept = await zoe.page.evaluate(() => JSON.stringify({ ...sessionStorage }));
      assert.ok(!kept.includes("Zerlina") && !kept.includes("zoe@"), "the tab has forgotten the name");

      const cast = sent.find(({ url }) => url.endsWith("/casts"))?.body ?? "";
      assert.equal(cast.length, 2560, "as long as every other");
      const body = JSON.parse(cast);
      assert.deepEqual(Object.keys(body).sort(), ["leaf", "padding", "sealed"]);
      for (const { url, body: one } of sent) {
        const decoded = one.replace(/[\w-]{16,}/g, (text) => `${text} ${Buffer.from(text, "base64url").toString("latin1")}`);
        assert.ok(!`${url} ${decoded}`.includes("Zerlina"), `no request carries the name: ${url}`);
      }
      const opening = await opened(trustee, genesis, body);
      const shown = fromUtf8(bytes(opening.extension));
      assert.equal(shown, `{"mode":"sealed","name":"${NAME}","title":"Cartographer"}`);
      assert.deepEqual(await commit(bytes(opening.salt), bytes(opening.extension)), bytes(body.leaf).slice(404, 436));

      const reader = await visits.newcomer();
      assert.deepEqual(await names(reader, path), []);
      const code = await withdrawalCode(zoe);
      await reader.goto("/receipt");
      await reader.page.getByLabel(/withdrawal code/i).first().fill(code);
      await reader.go(() => reader.page.keyboard.press("Enter"));
      await reader.says(`Sealed to ${TRUSTEE}`);
      await reader.saysNot("Zerlina");
    },

    "a tab that is reloaded when the answer was lost sends the same sealed bytes again": async () => {
      const yan = await signer(visits);
      /** @type {(?string)[]} */
      const casts = [];
      let isLost = true;
      await yan.page.route("**/casts", async (route) => {
        casts.push(route.request().postData());
        if (!isLost) return route.continue();
        isLost = false;
        assert.equal((await route.fetch()).status(), 202, "it was cast");
        return route.abort("connectionreset");
      });
      await seal(yan, mailbox, { path, address: "yan@harbor-cloud.example", name: "Yan Ōta" });
      assert.match(await told(yan), /No connection/);
      await yan.reload();
      await yan.page.locator("#signing .withdrawal-code").waitFor();
      await yan.says("your name is sealed");
      assert.deepEqual(casts, [casts[0], casts[0]], "the same bytes again");
    },

    "a page that speaks of another trustee than the log is not believed, and nothing is sent": async () => {
      const xia = await signer(visits);
      /** @type {(string | undefined)[]} */
      const calls = [];
      xia.page.on("request", (request) => request.url().includes("/api/") && calls.push(request.url()));
      await xia.page.route(`**${path}`, async (route) => {
        const response = await route.fetch();
        const html = await response.text();
        const own = 'data-sealing-key="';
        assert.ok(html.includes(own));
        const stranger = "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo";
        await route.fulfill({
          response,
          body: html.replace(/data-sealing-key="[\w-]{43}"/, `${own}${stranger}"`),
        });
      });
      await xia.page.goto(path);
      await xia.page.locator("#signing form").waitFor();
      await xia.choose(SEAL);
      await xia.fill({ "Work email address": "xia@harbor-cloud.example", "Your name": "Xia" });
      await goOn(xia);
      assert.match(await told(xia), /Stop: do not sign on this page now.*sealing-key/s);
      assert.deepEqual(calls, []);
    },

    "a browser that cannot seal says so, offers the rest, and signs anonymously": async () => {
      const wim = await signer(visits);
      await wim.context.addInitScript(() => {
        const take = crypto.subtle.importKey.bind(crypto.subtle);
        /** @param {Parameters<typeof take>} given */
        const without = (...given) => (given[2] === "X25519" ? Promise.reject(new Error("none")) : take(...given));
        Object.defineProperty(crypto.subtle, "importKey", { value: without });
      });
      await open(wim, path);
      await wim.says("This browser cannot seal a name");
      assert.equal(await wim.page.getByLabel(SEAL, { exact: true }).count(), 0);
      await wim.keepState("sealed: a browser that cannot");
      await wim.fill({ "Work email address": "wim@harbor-cloud.example" });
      await goOn(wim);
      await wim.page.getByLabel(CODE).waitFor();
      await typeCode(wim, mailbox, "wim@harbor-cloud.example");
      await confirm(wim);
      await done(wim);
    },
  };
}
