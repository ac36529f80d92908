// The real program, as `undersigned demo` starts it: a folder of its own, a free port, ended by its id.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Tries until `attempt` gives something, and no longer than `seconds`.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} attempt
 * @param {number} [seconds]
 */
export async function until(what, attempt, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await attempt();
    if (found) return found;
    assert.ok(Date.now() < end, `${what}: not within ${seconds} seconds`);
    await new Promise((go) => setTimeout(go, 20));
  }
}

export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, "close");
  return port;
}

/**
 * What the demo prints, read as a person reads it.
 * @param {string} words
 */
function printed(words) {
  /** @param {RegExp} pattern */
  const find = (pattern) => words.match(pattern)?.[1] ?? assert.fail(`the demo does not print ${pattern}:\n${words}`);
  return {
    invitations: [...words.matchAll(/^ +((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}) +\S+#i=/gm)].map((line) => line[1]),
    petition: find(/Sign +http:\/\/[^/\s]+(\/p\/\S+)/),
    organizer: { name: find(/organizer +(\S.*?) +passphrase/), passphrase: find(/organizer .*passphrase +(\S.*)/) },
    admin: { name: find(/admin +(\S.*?) +passphrase/), passphrase: find(/admin .*passphrase +(\S.*)/) },
  };
}

/**
 * @typedef {Awaited<ReturnType<typeof startDemo>>} Demo
 *
 * Starts the demo and waits until it answers.
 * @param {string} binary
 * @param {Record<string, string>} [settings]
 * @param {string[]} [words]
 */
export async function startDemo(binary, settings = {}, words = []) {
  const folder = await mkdtemp(join(tmpdir(), "undersigned-walk-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const began = Date.now();
  const child = spawn(binary, ["demo", ...words], {
    cwd: folder,
    env: { BIND: `127.0.0.1:${port}`, BASE_URL: url, DATA_DIR: join(folder, "demo"), ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let complained = "";
  child.stdout.setEncoding("utf8").on("data", (words) => (said += words));
  child.stderr.setEncoding("utf8").on("data", (words) => (complained += words));
  const ended = once(child, "exit");
  const running = () => assert.ok(child.exitCode === null, `the demo ended with ${child.exitCode}:\n${complained}`);

  const end = async () => {
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    const [code, signal] = await ended;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
    return { code, signal, complained };
  };
  try {
    await until("the demo is ready", async () => {
      running();
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      return answer?.ok;
    }, 60);
    const readyMs = Date.now() - began;
    await until("the demo has said where it is", () => said.includes("Ctrl-C"));
    return { url, readyMs, end, ...printed(said) };
  } catch (error) {
    await end();
    throw error;
  }
}
