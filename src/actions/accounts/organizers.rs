//! Accounts: sign-up with pseudonym and passphrase, sign-in, recovery, changes. Whoever guesses learns
//! nothing from answers: an unknown name and a wrong passphrase cost and say the same.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    actions::{
        Ctx, Error, OwnData,
        accounts::{
            passphrases::{self, Strength},
            sessions::{self, InUse},
        },
    },
    db::{Db, organizers as rows},
    domain::{
        email::EmailAddress, ids::OrganizerId, passphrase::PassphraseProblem, secret::SecretText,
        text::Pseudonym,
    },
    protocol::crockford::recovery_code,
};

/// How many recovery codes an account gets.
const RECOVERY_CODES: usize = 10;
const MAIL: &str = "organizer";

/// A new account.
pub struct NewAccount {
    /// Its id.
    pub id: OrganizerId,
    /// Shown once, to be printed.
    pub recovery_codes: Vec<SecretText>,
    /// Goes into the cookie.
    pub session: SecretText,
}

/// What signing up led to.
pub enum SignedUp {
    /// The account is there and signed in.
    Done(NewAccount),
    /// Somebody goes by this name, or by one that looks like it.
    NameTaken,
    /// The passphrase is not taken.
    Passphrase(PassphraseProblem),
}

/// What signing in led to.
pub enum SignedIn {
    /// Goes into the cookie.
    Done(SecretText),
    /// Name or passphrase (or recovery code) is wrong; never said which.
    Wrong,
    /// The new passphrase is not taken (recovery only).
    Passphrase(PassphraseProblem),
}

/// What a change that asks for the present passphrase led to.
pub enum Changed<T> {
    /// It is done.
    Done(T),
    /// The present passphrase is wrong.
    Wrong,
    /// The new passphrase is not taken.
    Passphrase(PassphraseProblem),
}

/// What the account page shows.
#[derive(Debug)]
pub struct AccountView {
    /// How many recovery codes are left.
    pub recovery_codes_left: u64,
    /// The private address, if one was left. Only its owner sees it.
    pub mail: Option<EmailAddress>,
}

/// Makes an account and signs it in; the session that this browser had before ends.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn sign_up(
    ctx: &Ctx,
    pseudonym: &Pseudonym,
    passphrase: &SecretText,
    mail: Option<&EmailAddress>,
    before: Option<InUse>,
) -> Result<SignedUp, Error> {
    if let Err(problem) = passphrases::check(passphrase, &[pseudonym.expose()], Strength::Organizer) {
        return Ok(SignedUp::Passphrase(problem));
    }
    let Some((id, recovery_codes)) = create(ctx, pseudonym, passphrase, mail, false)? else {
        return Ok(SignedUp::NameTaken);
    };
    let session = ctx.store.write(|db| sessions::begin(ctx, db, id, before))?;
    Ok(SignedUp::Done(NewAccount { id, recovery_codes, session }))
}

/// Makes an account (an admin's from the command line). `None`: the name is taken.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn create(
    ctx: &Ctx,
    pseudonym: &Pseudonym,
    passphrase: &SecretText,
    mail: Option<&EmailAddress>,
    is_admin: bool,
) -> Result<Option<(OrganizerId, Vec<SecretText>)>, Error> {
    let entropy = ctx.entropy.as_ref();
    let id = OrganizerId::new(entropy.uuid());
    let account = rows::Account {
        id,
        pseudonym: String::from(pseudonym.expose()),
        passphrase_hash: passphrases::hash(passphrase, entropy)?,
        mail_sealed: mail.map(|mail| seal_mail(ctx, id, mail)).transpose()?,
        is_admin,
    };
    let codes = fresh_recovery_codes(ctx);
    let hashes = hash_all(ctx, id, &codes)?;
    let added = ctx.store.write(|db| {
        if !rows::add(db, &account, &pseudonym.folded(), ctx.now().day())? {
            return Ok(false);
        }
        rows::set_recovery_codes(db, id, &hashes)?;
        Ok::<_, Error>(true)
    })?;
    Ok(added.then_some((id, codes)))
}

/// Sets a new passphrase and new recovery codes, and ends all sessions (from the command line). `None`: nobody
/// goes by this name.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn reset(
    ctx: &Ctx,
    pseudonym: &Pseudonym,
    passphrase: &SecretText,
) -> Result<Option<Vec<SecretText>>, Error> {
    let hash = passphrases::hash(passphrase, ctx.entropy.as_ref())?;
    let Some(account) = find(ctx, pseudonym)? else { return Ok(None) };
    let codes = fresh_recovery_codes(ctx);
    let hashes = hash_all(ctx, account.id, &codes)?;
    ctx.store.write(|db| {
        rows::set_passphrase(db, account.id, &hash)?;
        rows::set_recovery_codes(db, account.id, &hashes)?;
        sessions::end_all(db, account.id)
    })?;
    Ok(Some(codes))
}

fn find(ctx: &Ctx, pseudonym: &Pseudonym) -> Result<Option<rows::Account>, Error> {
    ctx.store.read(|db| Ok(rows::by_pseudonym(db, &pseudonym.folded())?))
}

/// Signs in; the session that this browser had before ends. `pseudonym` is `None` when what was typed cannot be a name: the work is done all the same.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn sign_in(
    ctx: &Ctx,
    pseudonym: Option<&Pseudonym>,
    passphrase: &SecretText,
    before: Option<InUse>,
) -> Result<SignedIn, Error> {
    let account = match pseudonym {
        Some(pseudonym) => find(ctx, pseudonym)?,
        None => None,
    };
    let hash = account.as_ref().map(|account| account.passphrase_hash.as_str());
    if !passphrases::verify(passphrase, hash) {
        return Ok(SignedIn::Wrong);
    }
    let Some(account) = account else { return Ok(SignedIn::Wrong) };
    Ok(SignedIn::Done(ctx.store.write(|db| sessions::begin(ctx, db, account.id, before))?))
}

/// Sets a new passphrase with a recovery code, ends all sessions, and signs in.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn recover(
    ctx: &Ctx,
    pseudonym: Option<&Pseudonym>,
    code: &SecretText,
    passphrase: &SecretText,
    before: Option<InUse>,
) -> Result<SignedIn, Error> {
    let hints = pseudonym.map(Pseudonym::expose);
    if let Err(problem) = passphrases::check(passphrase, hints.as_slice(), Strength::Organizer) {
        return Ok(SignedIn::Passphrase(problem));
    }
    let account = match pseudonym {
        Some(pseudonym) => find(ctx, pseudonym)?,
        None => None,
    };
    // Told only to whoever brings a code: else this would tell who may moderate.
    let needed = account.as_ref().map_or(Strength::Organizer, Strength::of);
    let weak = passphrases::check(passphrase, hints.as_slice(), needed).err();
    // Hashed before the code is looked at, so that a wrong name costs the same.
    let hash = passphrases::hash(passphrase, ctx.entropy.as_ref())?;
    let id = account.as_ref().map_or_else(|| OrganizerId::new(uuid::Uuid::nil()), |account| account.id);
    let code_hash = recovery_hash(ctx, id, code)?;
    ctx.store.write(|db| {
        if let Some(problem) = weak {
            let has_code = rows::has_recovery_code(db, id, &code_hash)?;
            return Ok(if has_code { SignedIn::Passphrase(problem) } else { SignedIn::Wrong });
        }
        if !rows::use_recovery_code(db, id, &code_hash)? {
            return Ok(SignedIn::Wrong);
        }
        rows::set_passphrase(db, id, &hash)?;
        sessions::end_all(db, id)?;
        Ok::<_, Error>(SignedIn::Done(sessions::begin(ctx, db, id, before)?))
    })
}

/// Changes the passphrase, ends all sessions, and begins a new one: gives what goes into its cookie. Whoever has copied the old
/// cookie has nothing any more.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn change_passphrase(
    ctx: &Ctx,
    id: OrganizerId,
    current: &SecretText,
    new: &SecretText,
    before: InUse,
) -> Result<Changed<SecretText>, Error> {
    let Some(account) = verified(ctx, id, current)? else { return Ok(Changed::Wrong) };
    if let Err(problem) = passphrases::check(new, &[&account.pseudonym], Strength::of(&account)) {
        return Ok(Changed::Passphrase(problem));
    }
    let hash = passphrases::hash(new, ctx.entropy.as_ref())?;
    let cookie = ctx.store.write(|db| {
        rows::set_passphrase(db, id, &hash)?;
        let label = sessions::label_of(db, before)?;
        sessions::end_all(db, id)?;
        sessions::begin_labelled(ctx, db, id, &label)
    })?;
    Ok(Changed::Done(cookie))
}

/// Replaces all recovery codes.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn renew_recovery_codes(
    ctx: &Ctx,
    id: OrganizerId,
    current: &SecretText,
) -> Result<Changed<Vec<SecretText>>, Error> {
    if verified(ctx, id, current)?.is_none() {
        return Ok(Changed::Wrong);
    }
    let codes = fresh_recovery_codes(ctx);
    let hashes = hash_all(ctx, id, &codes)?;
    ctx.store.write(|db| rows::set_recovery_codes(db, id, &hashes).map_err(Error::from))?;
    Ok(Changed::Done(codes))
}

/// Leaves, changes or removes the private address: whoever finds a browser signed in must not have mail sent elsewhere.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn set_mail(
    ctx: &Ctx,
    id: OrganizerId,
    current: &SecretText,
    mail: Option<&EmailAddress>,
) -> Result<Changed<()>, Error> {
    if verified(ctx, id, current)?.is_none() {
        return Ok(Changed::Wrong);
    }
    let sealed = mail.map(|mail| seal_mail(ctx, id, mail)).transpose()?;
    ctx.store.write(|db| rows::set_mail(db, id, sealed.as_deref()).map_err(Error::from))?;
    Ok(Changed::Done(()))
}

/// What the account page shows.
///
/// # Errors
/// [`Error`] when the database or the secrets folder is away.
pub fn view(ctx: &Ctx, id: OrganizerId) -> Result<AccountView, Error> {
    ctx.store.read(|db| {
        let recovery_codes_left = rows::recovery_codes_left(db, id)?;
        let sealed = rows::find(db, id)?.and_then(|account| account.mail_sealed);
        let mail = sealed.map(|sealed| open_mail(ctx, id, &sealed)).transpose()?;
        Ok(AccountView { recovery_codes_left, mail })
    })
}

/// Whether any account may moderate.
///
/// # Errors
/// [`Error`] when the database is away.
pub fn exists(db: &mut Db, pseudonym: &Pseudonym) -> Result<bool, Error> {
    Ok(rows::by_pseudonym(db, &pseudonym.folded())?.is_some())
}

fn verified(ctx: &Ctx, id: OrganizerId, passphrase: &SecretText) -> Result<Option<rows::Account>, Error> {
    let account = ctx.store.read(|db| rows::find(db, id).map_err(Error::from))?;
    let hash = account.as_ref().map(|account| account.passphrase_hash.as_str());
    Ok(if passphrases::verify(passphrase, hash) { account } else { None })
}

/// Four groups of five characters, 100 bits.
fn fresh_recovery_codes(ctx: &Ctx) -> Vec<SecretText> {
    let group = || passphrases::crockford(ctx.entropy.bytes());
    (0..RECOVERY_CODES)
        .map(|_| SecretText::new(format!("{}-{}-{}-{}", group(), group(), group(), group())))
        .collect()
}

fn hash_all(ctx: &Ctx, id: OrganizerId, codes: &[SecretText]) -> Result<Vec<[u8; 32]>, Error> {
    codes.iter().map(|code| recovery_hash(ctx, id, code)).collect()
}

/// A keyed hash is enough for 100 random bits. Of the code in its one spelling, however it was typed.
fn recovery_hash(ctx: &Ctx, id: OrganizerId, code: &SecretText) -> Result<[u8; 32], Error> {
    let key = ctx.keys.site_subkey("recovery codes")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).or(Err(Error::Broken(OwnData::SiteKey)))?;
    mac.update(id.as_bytes());
    // What is no code has a hash that no code has.
    let spelled = recovery_code(code.expose()).unwrap_or_default();
    mac.update(spelled.as_bytes());
    Ok(mac.finalize().into_bytes().into())
}

fn seal_mail(ctx: &Ctx, id: OrganizerId, mail: &EmailAddress) -> Result<Vec<u8>, Error> {
    Ok(ctx.keys.seal_durable(MAIL, id.as_bytes(), mail.expose().as_bytes(), ctx.entropy.as_ref())?)
}

fn open_mail(ctx: &Ctx, id: OrganizerId, sealed: &[u8]) -> Result<EmailAddress, Error> {
    let plain =
        ctx.keys.open_durable(MAIL, id.as_bytes(), sealed)?.ok_or(Error::Broken(OwnData::SealedAddress))?;
    let text = std::str::from_utf8(&plain).or(Err(Error::Broken(OwnData::SealedAddress)))?;
    EmailAddress::parse(text).or(Err(Error::Broken(OwnData::SealedAddress)))
}
