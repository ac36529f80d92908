// The demo as a newcomer sees it: simulated colleagues sign along, so that an anonymous signature comes out soon.

import assert from "node:assert/strict";
import { until } from "../server.mjs";
import { ask, confirm, done, signer, typeCode } from "./anonymous.mjs";
import { numbers } from "./petition.mjs";

/**
 * @typedef {import('../server.mjs').Demo} Demo
 * @typedef {import('../visit.mjs').Visits} Visits
 */

/**
 * @param {Visits} visits
 * @param {Demo} demo
 */
export function colleagues(visits, demo) {
  return {
    "a newcomer's anonymous signature comes out with simulated colleagues, and their mails are not shown": async () => {
      const reader = await visits.newcomer();
      const before = await numbers(reader, demo.petition);
      const ida = await signer(visits);
      const mailbox = await visits.newcomer();
      await ask(ida, demo.petition, "ida@example.com");
      await typeCode(ida, mailbox, "ida@example.com");
      await confirm(ida);
      await done(ida);
      const grown = () => numbers(reader, demo.petition).then((now) => now.work - before.work);
      const came = await until("the group comes out", async () => (await grown()) || null, 120);
      assert.ok(came >= 10, `${came} came out`);
      await mailbox.goto("/dev/mail");
      await mailbox.saysNot("simulated-");
      return `${came} came out together`;
    },
  };
}
