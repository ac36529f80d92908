// What the module of src/web/static/signing promises, as statements that run alike in Node and in a browser: nothing
// but the files beside this one is imported; the runner (vectors.mjs) hands in the module, the vectors and the few
// assertions.
import { auditStatements } from './statements/audit.mjs';
import { bytes } from './statements/bytes.mjs';
import { codes } from './statements/codes.mjs';
import { prepare } from './statements/given.mjs';
import { leaves } from './statements/leaves.mjs';
import { makeLogs } from './statements/logs.mjs';
import { notes } from './statements/notes.mjs';
import { ownSignature } from './statements/own.mjs';
import { sealing } from './statements/sealing.mjs';
import { tokens } from './statements/tokens.mjs';
import { trees } from './statements/trees.mjs';

/** @param {Parameters<typeof prepare>[0]} handed */
export async function statements(handed) {
  const given = await prepare(handed);
  await bytes(given);
  await codes(given);
  await tokens(given);
  await leaves(given);
  const logs = await makeLogs(given);
  await notes(given, logs);
  await trees(given, logs);
  await ownSignature(given, logs);
  await sealing(given);
  await auditStatements(given);
}
