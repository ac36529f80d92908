// A walk through the real program with a real browser as people walk it, script off: sign, withdraw, write a petition;
// and script on, on a phone: sign anonymously. Then every page seen on the way is looked at again: for faults of
// access, of size and of HTML.
//
// scripts/test calls it and says where the tools are (SUITE_BINARY, SUITE_CHROMIUM, SUITE_NODE_MODULES,
// SUITE_JAVA, SUITE_VNU_JAR). Where a story fails, a picture of what each person saw lies in target/walk/.

import { mkdir, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Looks } from "./looks.mjs";
import { startDemo } from "./server.mjs";
import { anonymous } from "./stories/anonymous.mjs";
import { attacks } from "./stories/attacks.mjs";
import { auditing } from "./stories/auditing.mjs";
import { colleagues } from "./stories/colleagues.mjs";
import { invited } from "./stories/invited.mjs";
import { organizers } from "./stories/organizers.mjs";
import { readers } from "./stories/readers.mjs";
import { receipts } from "./stories/receipts.mjs";
import { sealed } from "./stories/sealed.mjs";
import { saved } from "./stories/saved.mjs";
import { signers } from "./stories/signers.mjs";
import { npm, setting } from "./tools.mjs";
import { CHROMIUM_ARGUMENTS, Visits } from "./visit.mjs";

/** Longer than any walk takes: whatever still hangs then is ended. */
const MOST_MS = 900_000;

const binary = setting("SUITE_BINARY");
const tools = { java: setting("SUITE_JAVA"), vnu: setting("SUITE_VNU_JAR") };
const executablePath = setting("SUITE_CHROMIUM");
// Beside the build, whichever folder that is in.
const folder = resolve(dirname(binary), "..", "walk");
const { chromium } = /** @type {typeof import("playwright-core")} */ (npm("playwright-core"));
const { AxeBuilder } = /** @type {typeof import("@axe-core/playwright")} */ (npm("@axe-core/playwright"));
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const began = Date.now();
const demo = await startDemo(binary);
console.log(`the demo answers ${demo.readyMs} ms after its start`);
// Where people sign anonymously numbers move with their groups: a demo of its own, with small ones.
const groups = await startDemo(binary, { BATCH_MIN: "5", BATCH_EVERY: "5s", BATCH_EVERY_BUSY: "5s" }, ["--alone"]);
const browser = await chromium
  .launch({ executablePath, args: CHROMIUM_ARGUMENTS })
  .catch(async (error) => {
    await demo.end();
    await groups.end();
    throw error;
  });
const hanging = setTimeout(() => browser.close(), MOST_MS);
const visits = new Visits(browser, demo.url);
const signing = new Visits(browser, groups.url);

const stories = {
  ...signers(visits, demo),
  ...organizers(visits, demo),
  ...readers(visits),
  ...auditing(visits, demo),
  ...anonymous(signing, groups),
  ...invited(signing, groups),
  ...attacks(signing, groups),
  ...sealed(signing, groups),
  ...colleagues(visits, demo),
  ...saved(signing, groups),
  ...receipts(signing, groups),
  "nobody who reads or signs gets a cookie, no request leaves the site, every page has its headers": async () => {
    await visits.assertClean();
    await signing.assertClean();
    for (const [name, kept] of signing.kept) visits.kept.set(name, kept);
  },
  ...new Looks(visits, AxeBuilder).stories({ ...tools, folder }),
};

let failed = 0;
for (const [name, story] of Object.entries(stories)) {
  const start = Date.now();
  try {
    const more = await story();
    console.log(`ok - ${name} (${more ? `${more}, ` : ""}${Date.now() - start} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`not ok - ${name}\n${error.stack}`);
    await visits.picture(folder, failed);
    await signing.picture(folder, `${failed}-signing`);
  }
}

clearTimeout(hanging);
await browser.close();
await groups.end();
const { code, signal, complained } = await demo.end();
if (code !== 0) {
  failed += 1;
  console.log(`not ok - the demo ends when told to: exit code ${code}, signal ${signal}\n${complained}`);
} else {
  console.log("ok - the demo ends when told to");
}
console.log(failed === 0 ? `all is well after ${Date.now() - began} ms` : `${failed} failed; pictures are in ${folder}`);
process.exitCode = failed === 0 ? 0 : 1;
