// What a site that lies, a network that listens and a scanner of links can learn or do (protocol, section 9: G3, G5,
// G12).

import assert from "node:assert/strict";
import { ask, confirm, done, open, signer, told, typeCode } from "./anonymous.mjs";
import { mailTo, numbers } from "./petition.mjs";

/**
 * @typedef {import('playwright-core').Request} Request
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('playwright-core').Page} Page
 * @typedef {import('../visit.mjs').Visits} Visits
 */

/** Headers that every browser sends with everything, and that are the same for all people with that browser. */
const COMMON =
  /^(sec-|accept|(user-agent|content-type|content-length|host|connection|origin|pragma|cache-control|priority)$)/;

/** @param {Uint8Array} bytes */
const text = (bytes) => Buffer.from(bytes).toString("latin1");

/**
 * @param {Record<string, string>} [headers]
 * @returns {Record<string, string>}
 */
const inLowerCase = (headers = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function attacks(visits, demo) {
  const path = demo.petition;
  const log = `**${path}/log/`;

  /**
   * Somebody who signs on a page whose log is answered by `lie`, up to the first request that tells who they are.
   * @param {(page: Page) => Promise<unknown>} lie
   */
  async function lied(lie) {
    const person = await signer(visits);
    /** @type {(string | undefined)[]} */
    const calls = [];
    person.page.on("request", (request) => request.url().includes("/api/") && calls.push(request.url()));
    await open(person, path);
    await lie(person.page);
    await person.choose("By my work address");
    await person.fill({ "Email address": "lied-to@example.com" });
    await person.page.getByRole("button", { name: "Go on", exact: true }).click();
    const words = await told(person);
    assert.match(words, /Stop: do not sign on this page now/);
    assert.deepEqual(calls, [], "nothing was sent");
    return { person, words };
  }

  /**
   * The log's entries with something else in genesis, of the same length.
   * @param {string} from
   * @param {string} to
   */
  const altered = (from, to) => (/** @type {Page} */ page) =>
    page.route(`${log}tile/entries/**`, async (route) => {
      const body = text(await (await route.fetch()).body());
      assert.ok(body.includes(from) && from.length === to.length);
      await route.fulfill({ body: Buffer.from(body.replace(from, to), "latin1") });
    });

  return {
    "G5: a key for one person alone is refused before anything is sent": async () => {
      const { person } = await lied((page) =>
        page.route(`${log}tile/entries/**`, async (route) => {
          const body = text(await (await route.fetch()).body());
          const at = body.indexOf('"spki":"') + 200;
          const other = body[at] === "A" ? "B" : "A";
          await route.fulfill({ body: Buffer.from(body.slice(0, at) + other + body.slice(at + 1), "latin1") });
        }),
      );
      await person.keepState("anonymous: stop");
    },

    "G5: an altered genesis is refused": async () => {
      const { words } = await lied(altered('"min_cell":', '"min_cel1":'));
      assert.match(words, /For whoever helps you: genesis/);
    },

    "G5: a second genesis, well formed, is refused": async () => {
      const page = await visits.newcomer();
      await page.goto(path);
      const title = await page.words("h1");
      const { words } = await lied(altered(title, `${title.slice(0, -1)}!`));
      assert.match(words, /log-genesis/);
    },

    "G5: a checkpoint of another log, and one that nobody signed, are refused": async () => {
      await lied((page) =>
        page.route(`${log}checkpoint`, async (route) => {
          const body = await (await route.fetch()).text();
          await route.fulfill({ body: body.replace(/^(.*\n)(\d+)/, (_, origin, size) => `${origin}${Number(size) + 1}`) });
        }),
      );
    },

    "G5: an old checkpoint, and a log split off, are refused before the cast": async () => {
      const mailbox = await visits.newcomer();
      const old = await (await fetch(`${demo.url}${path}/log/checkpoint`)).text();
      const writer = await signer(visits);
      await open(writer, path);
      await writer.choose("Everyone: show my name", "By my work address");
      await writer.fill({ "Your name": "Lea Later", "Email address": "lea@example.com" });
      await writer.page.getByRole("button", { name: "Go on", exact: true }).click();
      await writer.page.getByLabel("Code from the mail").waitFor();
      await typeCode(writer, mailbox, "lea@example.com");
      await confirm(writer);
      await writer.page.locator("#signing .withdrawal-code").waitFor();

      const max = await signer(visits);
      /** @type {Request[]} */
      const casts = [];
      max.page.on("request", (request) => request.url().endsWith("/casts") && casts.push(request));
      await ask(max, path, "max@example.com");
      await typeCode(max, mailbox, "max@example.com");
      await max.page.route(`${log}checkpoint`, (route) => route.fulfill({ body: old }));
      await confirm(max);
      assert.match(await told(max), /log-shorter/);
      await max.page.unrouteAll();
      // Another log than the one seen before: what the tab has noted of it does not go on into what is served.
      await max.page.evaluate(() => {
        const key = Object.keys(sessionStorage)[0];
        const state = JSON.parse(sessionStorage.getItem(key) ?? "{}");
        state.seen = { size: state.seen.size - 1, root: state.seen.root };
        sessionStorage.setItem(key, JSON.stringify(state));
      });
      await max.reload();
      await max.page.getByLabel("Code from the mail").waitFor();
      await confirm(max);
      assert.match(await told(max), /log-changed/);
      assert.equal(casts.length, 0, "nothing was cast");
    },

    "G3: request for the token and cast share nothing on the network": async () => {
      const mailbox = await visits.newcomer();
      const nan = await signer(visits);
      const session = await nan.context.newCDPSession(nan.page);
      await session.send("Network.enable");
      const [sent, extra, answered] = [new Map(), new Map(), new Map()];
      session.on("Network.requestWillBeSent", (event) => sent.set(event.requestId, event.request));
      session.on("Network.requestWillBeSentExtraInfo", (event) => extra.set(event.requestId, event.headers));
      session.on("Network.responseReceived", (event) => answered.set(event.requestId, event.response));
      /** @type {[string | undefined, number | undefined][]} */
      const bodies = [];
      nan.page.on("request", (request) => {
        if (request.url().includes("/api/")) bodies.push([request.url().split("/").at(-1), request.postData()?.length]);
      });
      await ask(nan, path, "nan@example.com");
      await typeCode(nan, mailbox, "nan@example.com");
      await confirm(nan);
      await done(nan);

      const calls = [...sent].map(([id, request]) => ({
        what: request.url.split("/").at(-1),
        url: request.url,
        headers: inLowerCase(extra.get(id)),
        connection: answered.get(id)?.connectionId,
        answer: inLowerCase(answered.get(id)?.headers),
      }));
      assert.ok(calls.every(({ url }) => url.startsWith(demo.url) || url.startsWith("blob:")), "no other host is asked");
      const [token, cast] = ["tokens", "casts"].map((what) => calls.find((call) => call.what === what) ?? assert.fail(what));
      for (const { what, headers, answer } of calls) {
        for (const name of ["cookie", "referer", "authorization", "if-none-match"]) {
          const isOfThePage = name === "referer" && !/tokens|casts|codes|checkpoint|tile/.test(what);
          assert.ok(isOfThePage || headers[name] === undefined, `${what} carries ${name}`);
        }
        if (/tokens|casts|codes/.test(what)) assert.equal(answer.etag ?? answer["set-cookie"], undefined, what);
      }
      /** @param {{headers: Record<string, string>}} call */
      const own = ({ headers }) => Object.entries(headers).filter(([name]) => !COMMON.test(name) && !name.startsWith(":"));
      const its = new Map(own(cast));
      const shared = own(token).filter(([name, value]) => its.get(name) === value);
      assert.deepEqual(shared, [], "no header value of its own is shared");
      const before = calls.filter((call) => call !== cast && call.connection).map((call) => call.connection);
      assert.ok(cast.connection && !before.includes(cast.connection), "the cast has a connection of its own");
      assert.deepEqual(bodies.slice(1), [["tokens", 434], ["casts", 2560]], "the lengths are those of everyone");
      // The tokens' answer is as long for everyone, and so is the promise.
      assert.ok(!JSON.stringify(own(cast)).includes(token.headers["content-length"]));
    },

    "G12: a scanner that opens every link with script on, and presses nothing, changes nothing": async () => {
      const mailbox = await visits.newcomer();
      const reader = await visits.newcomer();
      const others = async () => (await numbers(reader, path)).others;
      const before = await others();
      const oda = await signer(visits);
      await ask(oda, path, "oda@example.net", "By another address");
      const { link, text: mail } = await mailTo(mailbox, "oda@example.net");
      const links = [...new Set([link, path, `${path}/cast`, ...(mail.match(/https?:\/\/\S+/g) ?? [])].filter((one) => one !== undefined))];
      /** @type {string[]} */
      const posts = [];
      for (const one of links) {
        for (let time = 0; time < 3; time += 1) {
          const scanner = await signer(visits);
          scanner.page.on("request", (request) => request.method() !== "GET" && posts.push(request.url()));
          await scanner.page.goto(one, { waitUntil: "networkidle" });
          await scanner.page.close();
        }
      }
      assert.deepEqual(posts, []);
      // The group by work address may come out meanwhile: hers is the other.
      assert.equal(await others(), before);
      await typeCode(oda, mailbox, "oda@example.net");
      await confirm(oda);
      await done(oda);
    },
  };
}
