// People with other browsers than Chromium: Debian's Firefox, over WebDriver BiDi, and WebKit (WebKitGTK), over
// WebDriver. One of each signs anonymously, reloads in the middle, keeps a ballot and casts it elsewhere, and one comes
// with an invitation.
//
//   SUITE_BINARY=… SUITE_FIREFOX=… SUITE_WEBKIT_DRIVER=… SUITE_NODE_MODULES=… node tests/browser/others.mjs

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { freePort, startDemo, until } from "./server.mjs";
import { npm, setting } from "./tools.mjs";

/**
 * @typedef {import('./server.mjs').Demo} Demo
 */

/**
 * @typedef {object} OtherPerson one person at such a browser: all that these stories need
 * @property {(url: string) => Promise<unknown>} open
 * @property {() => Promise<unknown>} reload
 * @property {(xpath: string) => Promise<boolean>} has
 * @property {(xpath: string) => Promise<void>} press
 * @property {(xpath: string, text: string) => Promise<void>} type
 * @property {(xpath: string) => Promise<string>} text
 * @property {() => Promise<string>} address
 *
 * @typedef {{name: string, version: string, person: () => Promise<OtherPerson>, end: () => Promise<void>}} OtherBrowser
 */

/**
 * Firefox; each window is a person's own, and shares nothing with the others.
 * @returns {Promise<OtherBrowser>}
 */
async function firefox() {
  const puppeteer = /** @type {typeof import("puppeteer-core")} */ (npm("puppeteer-core"));
  const executablePath = setting("SUITE_FIREFOX");
  const browser = await puppeteer.default.launch({ browser: "firefox", executablePath, headless: true });
  const person = async () => {
    const page = await (await browser.createBrowserContext()).newPage();
    /** @param {string} xpath */
    const find = (xpath) => page.$(`xpath/.${xpath}`);
    /** @param {string} xpath */
    const there = async (xpath) => (await find(xpath)) ?? assert.fail(`not there: ${xpath}`);
    /** @param {Node} one */
    const textOf = (one) => (one instanceof HTMLInputElement ? one.value : /** @type {HTMLElement} */ (one).innerText);
    return {
      /** @param {string} url */
      open: (url) => page.goto(url),
      reload: () => page.reload(),
      /** @param {string} xpath */
      has: async (xpath) => {
        const found = await find(xpath);
        return found !== null && (await found.isVisible());
      },
      /** @param {string} xpath */
      press: async (xpath) => (await there(xpath)).click(),
      /**
       * @param {string} xpath
       * @param {string} text
       */
      type: async (xpath, text) => (await there(xpath)).type(text),
      /** @param {string} xpath */
      text: async (xpath) => (await there(xpath)).evaluate(textOf),
      address: async () => page.url(),
    };
  };
  return { name: "Firefox", version: await browser.version(), person, end: () => browser.close() };
}

/**
 * WebKit, by the words of W3C WebDriver. Each person has a browser of her own, and closes it when the next one comes.
 * @returns {Promise<OtherBrowser>}
 */
async function webkit() {
  const port = await freePort();
  const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  let display = "";
  screen.stdio[3]?.on("data", (words) => (display += words));
  await until("a screen", () => display.includes("\n") || screen.exitCode !== null);
  assert.equal(screen.exitCode, null, "Xvfb ended");
  const driver = spawn(setting("SUITE_WEBKIT_DRIVER"), [`--port=${port}`, "--host=127.0.0.1"], {
    // A browser's own sandbox needs rights that a test machine may not give; it visits the demo alone.
    env: { ...process.env, DISPLAY: `:${display.trim()}`, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" },
    stdio: "ignore",
  });
  const root = `http://127.0.0.1:${port}`;
  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  const call = async (method, path, body) => {
    const answer = await fetch(`${root}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(`${path}: ${value.error}: ${value.message}`), { code: value.error });
    return value;
  };
  const stop = () => [driver, screen].forEach((child) => child.kill());
  await until("WebKit's driver is there", () => fetch(`${root}/status`).then((answer) => answer.ok).catch(() => false))
    .catch((error) => {
      stop();
      throw error;
    });
  /** @type {?string} */
  let open = null;
  let version = "";
  const close = async () => {
    if (open) await call("DELETE", `/session/${open}`);
    open = null;
  };
  const person = async () => {
    await close();
    const session = await call("POST", "/session", {
      capabilities: { alwaysMatch: { "webkitgtk:browserOptions": { args: ["--automation"] } } },
    });
    open = session.sessionId;
    version = session.capabilities.browserVersion;
    const at = `/session/${session.sessionId}`;
    /** @param {string} xpath */
    const find = async (xpath) => {
      const found = await call("POST", `${at}/element`, { using: "xpath", value: xpath });
      // Pages scroll smoothly, and the driver does not wait for that.
      const script = 'arguments[0].scrollIntoView({ block: "center", behavior: "instant" })';
      await call("POST", `${at}/execute/sync`, { script, args: [found] });
      return `${at}/element/${Object.values(found)[0]}`;
    };
    return {
      /** @param {string} url */
      open: (url) => call("POST", `${at}/url`, { url }),
      reload: () => call("POST", `${at}/refresh`, {}),
      /** @param {string} xpath */
      has: async (xpath) => {
        const found = await call("POST", `${at}/elements`, { using: "xpath", value: xpath });
        return found.length > 0 && call("GET", `${at}/element/${Object.values(found[0])[0]}/displayed`);
      },
      /** @param {string} xpath */
      press: async (xpath) => call("POST", `${await find(xpath)}/click`, {}),
      /**
       * @param {string} xpath
       * @param {string} text
       */
      type: async (xpath, text) => call("POST", `${await find(xpath)}/value`, { text }),
      /** @param {string} xpath */
      text: async (xpath) => call("GET", `${await find(xpath)}/text`),
      address: () => call("GET", `${at}/url`),
    };
  };
  const end = async () => {
    await close().catch(() => {});
    stop();
  };
  return { name: "WebKit", get version() { return version; }, person, end };
}

/** @param {string} xpath */
const signing = (xpath) => `//*[@id="signing"]${xpath}`;
/** @param {string} name */
const button = (name) => signing(`//button[normalize-space()="${name}"]`);
/** @param {string} label */
const labelled = (label) => signing(`//input[@id=//label[normalize-space()="${label}"]/@for]`);
// The input itself: WebKit’s driver does not press labels.
const choice = labelled;
const CODE = labelled("Code from the mail");
const WITHDRAWAL = signing(`//*[contains(@class, "withdrawal-code")]`);

/**
 * Waits until it is there. A page that is just changing may refuse an answer; what it said last is told if it never
 * comes.
 * @param {OtherPerson} person
 * @param {string} what
 * @param {string} xpath
 */
async function shows(person, what, xpath) {
  let refusal = "no error";
  const look = () =>
    person.has(xpath).catch((error) => {
      refusal = error.message;
      return false;
    });
  await until(what, look).catch(async (error) => {
    const page = await person.text("//main").catch((silent) => silent.message);
    throw new Error(`${error.message}; ${refusal}; the page says:\n${page}`);
  });
}

/**
 * The newest code that was mailed, read where the demo shows mails.
 * @param {Demo} demo
 * @param {string} address
 */
async function codeFor(demo, address) {
  return until(`a mail to ${address}`, async () => {
    const page = await (await fetch(`${demo.url}/dev/mail`)).text();
    const mail = page.split("<article").find((one) => one.includes(address));
    return mail?.match(/\b([0-9A-Z]{4}-[0-9A-Z]{4})\b/)?.[1];
  });
}

/**
 * @param {Demo} demo
 * @param {OtherPerson} person
 * @param {string} address
 */
async function ask(demo, person, address) {
  await person.open(demo.url + demo.petition);
  await shows(person, "the script's form", button("Go on"));
  await person.press(choice("By my work address"));
  await person.type(labelled("Email address"), address);
}

/** @type {Record<string, (demo: Demo, browser: OtherBrowser) => Promise<void>>} */
const stories = {
  "signs anonymously, and reloads before the code and after it is done": async (demo, browser) => {
    const person = await browser.person();
    const address = `${browser.name.toLowerCase()}@example.com`;
    await ask(demo, person, address);
    await person.press(button("Go on"));
    await shows(person, "the field for the code", CODE);
    await person.reload();
    await shows(person, "the field for the code after a reload", CODE);
    await person.type(CODE, await codeFor(demo, address));
    await person.press(button("Confirm my signature"));
    await shows(person, "the withdrawal code", WITHDRAWAL);
    const code = await person.text(WITHDRAWAL);
    assert.equal(code.replace(/\s/g, "").length, 28, code);
    assert.match(await person.text(signing("")), /Your anonymous signature will be counted/);
    await person.reload();
    await shows(person, "the withdrawal code after a reload", WITHDRAWAL);
    assert.equal(await person.text(WITHDRAWAL), code);
  },

  "comes with an invitation and types nothing": async (demo, browser) => {
    const person = await browser.person();
    const invitation = demo.invitations.shift();
    assert.ok(invitation, "the demo has one left");
    await person.open(`${demo.url}${demo.petition}#i=${invitation}`);
    await shows(person, "the script's form", button("Go on"));
    assert.ok(!(await person.address()).includes("#"), "the invitation is gone from the address bar");
    const required = signing("//input[@required][not(ancestor-or-self::*[@hidden] or ancestor::details[not(@open)])]");
    assert.ok(!(await person.has(required)), "nothing must be typed");
    await person.press(button("Go on"));
    await shows(person, "the withdrawal code", WITHDRAWAL);
    assert.match(await person.text(signing("")), /Your anonymous signature will be counted/);
  },

  "keeps a ballot and casts it in another browser": async (demo, browser) => {
    const person = await browser.person();
    const address = `later-${browser.name.toLowerCase()}@example.com`;
    await ask(demo, person, address);
    await person.press(choice("Cast it later, from another device or network"));
    await person.press(button("Go on"));
    await shows(person, "the field for the code", CODE);
    await person.type(CODE, await codeFor(demo, address));
    await person.press(button("Confirm my signature"));
    const ballot = signing(`//*[contains(@class, "ballot")]`);
    await shows(person, "the ballot", ballot);
    const text = await person.text(ballot);
    const elsewhere = await browser.person();
    await elsewhere.open(`${demo.url}${demo.petition}/cast`);
    const field = signing(`//textarea[@id=//label[normalize-space()="Or its text"]/@for]`);
    await shows(elsewhere, "the field for the ballot", field);
    await elsewhere.type(field, text);
    await elsewhere.press(button("Send my signature"));
    await shows(elsewhere, "the withdrawal code", WITHDRAWAL);
  },

  "checks the whole log of a petition": async (demo, browser) => {
    const person = await browser.person();
    await person.open(`${demo.url}${demo.petition}/audit`);
    const check = '//*[@id="audit-check"]//button[normalize-space()="Check it here"]';
    await shows(person, "the button", check);
    await person.press(check);
    await shows(person, "the verdict", '//*[@id="audit-check"]//h3[contains(., "All is well")]');
  },
};

const demo = await startDemo(setting("SUITE_BINARY"));
let failed = false;
try {
  for (const start of [firefox, webkit]) {
    const browser = await start();
    try {
      for (const [name, story] of Object.entries(stories)) {
        const began = Date.now();
        await story(demo, browser);
        console.log(`ok    ${browser.name} ${browser.version}: ${name} (${Date.now() - began} ms)`);
      }
    } catch (error) {
      failed = true;
      console.error(`not   ${browser.name} ${browser.version}: ${error.stack}`);
    } finally {
      await browser.end();
    }
  }
} finally {
  await demo.end();
}
process.exitCode = failed ? 1 : 0;
