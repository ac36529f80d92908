// --- The page: what is asked of the site, and made of what was typed ------------------------------------------
/**
 * @typedef {Record<string, string | boolean | undefined>} Typed what stands in the inputs, by their names
 *
 * @typedef {object} SigningFacts what the page says in its data attributes
 * @property {string} petition its id
 * @property {string} genesis G in base64url
 * @property {string} path of the petition
 * @property {string} api where codes and tokens are asked for
 * @property {string} cast where casts are sent
 * @property {string} logKey the log's verifier key
 * @property {string} [sealingKey] the trustee's, in base64url
 */

/**
 * @param {Typed} typed
 * @param {string} name
 */
const textIn = (typed, name) => String(typed[name] ?? '');

/**
 * The part of a mail address that decides about the crowd, as in genesis; the server has the last word.
 * @param {string} address
 */
function domainOf(address) {
  try {
    return new URL(`http://${address.trim().split('@').pop()}`).hostname;
  } catch {
    return '';
  }
}

/**
 * The crowd that this proof and address belong to, or -1.
 * @param {Genesis} genesis
 * @param {string} proof
 * @param {string} address
 */
function crowdFor(genesis, proof, address) {
  const domain = domainOf(address);
  const employer = genesis.fields.employers.find(({ domains }) => domains.includes(domain))?.name;
  return genesis.crowds.findIndex(
    (one) => one.proof === proof && (one.employer === null || one.employer === employer),
  );
}

/**
 * What the signature shows, now or once it is opened.
 * @param {Typed} typed
 * @returns {Shown}
 */
function shownBy(typed) {
  const mode = typed['s-mode'];
  if (mode !== 'public' && mode !== 'sealed') return { mode: 'anonymous' };
  const [name, title] = [tidyLine(textIn(typed, 's-name')), tidyLine(textIn(typed, 's-title'))];
  if (!name) throw new Failure('name-empty');
  for (const [field, line] of Object.entries({ 's-name': name, 's-title': title })) {
    const unseen = unseenIn(line);
    if (unseen) throw new Failure(unseen.before ? 'name-unseen' : 'name-unseen-first', { field, values: unseen });
  }
  /** @type {Shown} */
  const shown = title ? { mode, name, title } : { mode, name };
  if (mode === 'sealed') {
    // The server will not see it, and so cannot send it back.
    if (!canBeShown(name, shown.title)) throw new Failure('name-form');
    openingOf(new Uint8Array(32), extensionOf(shown));
  }
  return shown;
}

// The key check: before anything is blinded, and once more before the cast

/**
 * Reads the genesis that the log begins with and checks that it is the one that the page names. Returns it with the
 * head to remember. `seen` is the head remembered at the last check, of which the log must be a continuation.
 * @param {SigningFacts} facts
 * @param {Seen} [seen]
 */
async function checkedGenesis({ logKey, path, petition, genesis: expected, sealingKey = '' }, seen) {
  /** @type {Map<string, Promise<Bytes>>} */
  const fetched = new Map();
  /** @param {string} below */
  const fetchOnce = (below) => {
    const coming = fetched.get(below) ?? fetchBytes(`${path}/log/${below}`);
    fetched.set(below, coming);
    return coming;
  };
  try {
    const { name: origin } = await readNoteKey(logKey);
    const { size } = await readCheckpoint(await fetchOnce('checkpoint'), logKey, origin);
    refuseUnless(size > 0, 'log-genesis', 'the log is empty');
    const genesis = await readGenesis(await new Tiles(fetchOnce, size).entry(0));
    const found = [base64url(genesis.hash), petitionText(genesis.petition), genesis.origin];
    const isOurs = found.join() === [expected, petition, origin].join();
    refuseUnless(isOurs, 'log-genesis', 'the log begins with another genesis than the page names');
    const isTheirKey = base64url(genesis.sealingKey ?? []) === sealingKey;
    refuseUnless(isTheirKey, 'sealing-key', 'the page speaks of another trustee than the log');
    return { genesis, seen: await checkLog(fetchOnce, logKey, genesis, seen) };
  } catch (error) {
    if (error instanceof Refused) throw new Failure('keys', { technical: error.code });
    throw error;
  }
}
