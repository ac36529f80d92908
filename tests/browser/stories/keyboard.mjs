// Signing without a mouse: Tab, Space, arrows, Enter.

import assert from "node:assert/strict";
import { mailTo } from "./petition.mjs";

/**
 * @typedef {import('../visit.mjs').Person} Person
 * @typedef {import('../visit.mjs').Visits} Visits
 */

/** What has the focus, and whether that can be seen: a ring, within the window, under nothing. */
function focused() {
  const here = /** @type {HTMLElement} */ (document.activeElement);
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== "transparent";
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return {
    is: here.id || `${here.tagName.toLowerCase()} “${here.innerText?.trim().slice(0, 40)}”`,
    visible: ring && box.bottom > 0 && box.top < innerHeight && (here.contains(top) || Boolean(top?.contains(here))),
  };
}

/**
 * @param {Person} person
 * @param {string} wanted
 * @param {number} [most]
 */
async function tabTo(person, wanted, most = 80) {
  const passed = [];
  for (let step = 0; step < most; step += 1) {
    await person.page.keyboard.press("Tab");
    const here = await person.page.evaluate(focused);
    assert.ok(here.visible, `the focus cannot be seen on ${here.is} of ${person.page.url()}`);
    if (here.is === wanted) return passed;
    passed.push(here.is);
  }
  assert.fail(`Tab never reaches ${wanted}: ${passed.join(", ")}`);
}

/**
 * @param {Visits} visits
 * @param {string} path
 * @param {Person} mailbox
 */
export async function keyboard(visits, path, mailbox) {
  const kim = await visits.newcomer();
  const { keyboard: keys } = kim.page;
  await kim.page.setViewportSize({ width: 320, height: 568 });
  await kim.goto(path);
  await keys.press("Tab");
  assert.equal((await kim.page.evaluate(focused)).is, "a “Skip to content”", "the first stop");
  const passed = await tabTo(kim, "proof");
  assert.ok(passed.includes("a “Sign this petition”"), `the button to the form is on the way: ${passed.join(", ")}`);
  assert.ok(passed.includes("summary “And the organizers, this site, a court?”"), passed.join(", "));
  await keys.press("ArrowDown");
  assert.equal((await kim.page.evaluate(focused)).is, "proof-any-mail", "arrows move between the ways to prove");
  await tabTo(kim, "address");
  await keys.type("kim@example.net");
  await tabTo(kim, "name");
  await keys.type("Kim Keys");
  await tabTo(kim, "title");
  await tabTo(kim, "button “Sign with my name in public”");
  await kim.go(() => keys.press("Enter"));
  await kim.says("Check your inbox");
  const { code } = await mailTo(mailbox, "kim@example.net");
  await tabTo(kim, "code");
  await keys.type(code);
  await kim.go(() => keys.press("Enter"));
  await kim.says("Your signature counts");
}
