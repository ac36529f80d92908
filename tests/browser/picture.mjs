// Makes docs/petition.png, the picture in the README: the demo's petition as a reader sees it. With a folder as
// its argument, pictures of the main pages too, small and wide, light and dark, to look at after a change of style:
//
//   SUITE_BINARY=… SUITE_CHROMIUM=… SUITE_NODE_MODULES=… node tests/browser/picture.mjs [folder]

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startDemo } from "./server.mjs";
import { mailTo, sign } from "./stories/petition.mjs";
import { npm, setting } from "./tools.mjs";
import { CHROMIUM_ARGUMENTS, Visits } from "./visit.mjs";

/**
 * @typedef {import('./visit.mjs').Person} Person
 */

const README = fileURLToPath(new URL("../../docs/petition.png", import.meta.url));
const WIDE = { width: 1280, height: 860 };
const SMALL = { width: 320, height: 640 };

const { chromium } = /** @type {typeof import("playwright-core")} */ (npm("playwright-core"));
const folder = process.argv[2];
const demo = await startDemo(setting("SUITE_BINARY"));
const browser = await chromium.launch({ executablePath: setting("SUITE_CHROMIUM"), args: CHROMIUM_ARGUMENTS });

/**
 * The page as it is, in each size and color.
 * @param {Person} person
 * @param {string} name
 */
async function pictures(person, name) {
  for (const [width, size] of Object.entries({ 1280: WIDE, 320: SMALL })) {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      await person.page.setViewportSize(size);
      await person.page.emulateMedia({ colorScheme });
      await person.page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
  }
}

/** @param {Visits} visits */
async function everyPage(visits) {
  const signer = await visits.newcomer();
  const mailbox = await visits.newcomer();
  await signer.goto("/");
  await pictures(signer, "front");
  await signer.goto(demo.petition);
  await pictures(signer, "petition");
  await signer.press("Sign with my name in public", { status: 422 });
  await pictures(signer, "sign");
  await sign(signer, demo.petition, { proof: "By my work address", name: "Robin Reader", address: "robin@example.com" });
  await pictures(signer, "inbox");
  await signer.fill({ "Code from the mail": (await mailTo(mailbox, "robin@example.com")).code });
  await signer.press("Confirm my signature");
  await pictures(signer, "done");
  const code = await signer.words(".withdrawal-code");
  await signer.goto("/receipt");
  await pictures(signer, "receipt");
  await signer.fill({ "Withdrawal code": code });
  await signer.press("Show my signature");
  await pictures(signer, "receipt-found");
  await mailbox.goto("/dev/mail");
  await pictures(mailbox, "mails");

  const organizer = await visits.newcomer({ cookies: true });
  await organizer.goto("/organize");
  await pictures(organizer, "sign-in");
  await organizer.fill({ Pseudonym: demo.organizer.name, Passphrase: demo.organizer.passphrase });
  await organizer.press("Sign in");
  await organizer.goto(demo.petition.replace("/p/", "/organize/"));
  await pictures(organizer, "dashboard");
}

try {
  const visits = new Visits(browser, demo.url);
  const reader = await visits.newcomer();
  await reader.page.setViewportSize(WIDE);
  await reader.goto(demo.petition);
  // Without the demo's banner, as far as the box and the summary reach.
  /** @param {string} selector */
  const edge = (selector) => reader.page.locator(selector).evaluate((one) => one.getBoundingClientRect().bottom);
  const top = await edge(".banner");
  const bottom = Math.max(await edge("aside.box"), await edge(".text > .lead")) + 32;
  await reader.page.screenshot({ path: README, clip: { x: 0, y: top, width: WIDE.width, height: bottom - top } });
  if (folder) await everyPage(visits);
} finally {
  await browser.close();
  await demo.end();
}
