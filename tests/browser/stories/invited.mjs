// People who come with an invitation: no address, no mail, nothing to type.

import assert from "node:assert/strict";
import { done, open, signer, told } from "./anonymous.mjs";

/**
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('../visit.mjs').Person} Person
 * @typedef {import('../visit.mjs').Visits} Visits
 */

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function invited(visits, demo) {
  const path = demo.petition;
  /** @param {Person} person */
  const goOn = (person) => person.page.getByRole("button", { name: "Go on", exact: true }).click();

  return {
    "whoever comes with an invitation link signs anonymously with one press and types nothing": async () => {
      const fay = await signer(visits);
      await open(fay, `${path}#i=${demo.invitations[0]}`);
      assert.ok(!fay.page.url().includes("#"), "the invitation is gone from the address at once");
      await fay.says("You came with an invitation");
      assert.equal(await fay.page.locator("#signing input[required]:visible").count(), 0, "nothing must be typed");
      await fay.keepState("invited: the choice");
      await goOn(fay);
      await done(fay);
      const gus = await signer(visits);
      await open(gus, `${path}#i=${demo.invitations[0]}`);
      await goOn(gus);
      await gus.page.getByRole("heading", { name: "This did not work" }).waitFor();
      await gus.says("This invitation has been used");
    },

    "an invitation on paper is typed in, mistyped first": async () => {
      const hal = await signer(visits);
      await open(hal, path);
      await hal.page.getByText("I have an invitation").click();
      const field = hal.page.locator("#s-invitation");
      await field.fill("7K3M-9QXT");
      await goOn(hal);
      assert.match(await told(hal), /no whole invitation/);
      await field.fill(demo.invitations[1].toLowerCase().replaceAll("-", " "));
      await goOn(hal);
      await done(hal);
    },
  };
}
