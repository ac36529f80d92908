//! G2, canaries: what people typed and what was mailed to them stands in no byte of anything that is kept, but public
//! names in openings; not after days, not after withdrawal.

use std::fs;

use super::{
    evidence::{Column, copied_files},
    population::{Mode, World, sizes},
    table::{Row, report},
};
use crate::support::{
    database::TestDatabase,
    search::{Search, spellings, spellings_of_bytes},
};

/// All tables that have to do with signing: on PostgreSQL their data files are read as they lie.
pub const TABLES: &[Column] = &[
    ("participation", "tag"),
    ("issuing_counter", "petition_id"),
    ("pending_signature", "ticket_hash"),
    ("mail_code", "id"),
    ("outbox", "id"),
    ("address_limit", "lookup"),
    ("log_entry", "leaf"),
    ("published_cast", "nonce"),
    ("opening", "salt"),
    ("spool", "lookup"),
    ("spool_head", "generation"),
];

/// How many people of each kind are searched for.
const EACH: usize = 4;

/// Something that must not be found, and what it is.
pub struct Canary {
    what: String,
    spellings: Vec<(&'static str, Vec<u8>)>,
}

impl Canary {
    /// A text, in any spelling.
    pub fn text(what: &str, text: &str) -> Self {
        Self { what: format!("{what} {text}"), spellings: spellings(text) }
    }

    /// Bytes, in any spelling.
    pub fn bytes(what: &str, bytes: &[u8]) -> Self {
        Self { what: String::from(what), spellings: spellings_of_bytes(bytes) }
    }
}

/// Everything that is kept, by name. On PostgreSQL also the server's own files, and every row.
pub fn kept(world: &World) -> Vec<(String, Vec<u8>)> {
    let (database, folder) = (world.app.database(), world.app.folder());
    let mut files = copied_files(database, folder, world.wal_from.as_deref(), TABLES);
    files.extend(database.postgres_dump().map(|dump| (String::from("rows"), dump.into_bytes())));
    files
}

/// Where canaries were found: what, how spelled, in which file.
pub fn found(files: &[(String, Vec<u8>)], canaries: &[Canary]) -> Vec<String> {
    let all: Vec<(&Canary, &(&'static str, Vec<u8>))> = canaries
        .iter()
        .flat_map(|canary| canary.spellings.iter().map(move |spelled| (canary, spelled)))
        .collect();
    let search = Search::new(all.iter().map(|(_, (_, bytes))| bytes.clone()).collect());
    let mut places = Vec::new();
    for (file, bytes) in files {
        for (which, _) in search.scan(bytes) {
            let (canary, (spelling, _)) = all[which];
            places.push(format!("{} ({spelling}) in {file}", canary.what));
        }
    }
    places.sort();
    places.dedup();
    places
}

/// Everything of some people of each kind that nobody may find, ever.
pub fn of_people(world: &World) -> Vec<Canary> {
    let mut canaries = Vec::new();
    for mode in [Mode::Public, Mode::Sealed, Mode::Anonymous, Mode::Taker] {
        for person in world.people.iter().filter(|person| person.mode == mode).take(EACH) {
            let local = person.address.split('@').next().expect("a local part");
            canaries.push(Canary::text("address", &person.address));
            canaries.push(Canary::text("address", local));
            canaries.push(Canary::text("IP address", &person.ip));
            canaries.push(Canary::text("browser", &person.agent));
            for secret in &person.secrets {
                canaries.push(Canary::text("ticket or mailed code", secret));
                canaries.push(Canary::text("mailed code", &secret.replace('-', "")));
            }
            if let Some(code) = &person.code {
                canaries.push(Canary::text("withdrawal code", &code.expose()));
                canaries.push(Canary::text("withdrawal code", &code.expose().replace('-', "")));
                canaries.push(Canary::bytes("withdrawal code", code.expose_bytes()));
            }
            if mode != Mode::Public {
                canaries.push(Canary::text("name", &person.name));
            }
        }
    }
    canaries
}

/// Names of people who sign in public.
pub fn names(world: &World) -> Vec<Canary> {
    let public = world.people.iter().filter(|person| person.mode == Mode::Public).take(EACH);
    public.map(|person| Canary::text("public name", &person.name)).collect()
}

/// A build that keeps a row for each mail and deletes it afterwards: how many of its canaries are found all the same.
fn naive(world: &World) -> (usize, usize) {
    let folder = world.app.folder().with_extension("naive");
    fs::create_dir_all(&folder).expect("a folder");
    let database = TestDatabase::fresh(&folder);
    let wal_from = database.wal_segment();
    let mut statements = vec![String::from("CREATE TABLE naive_mail (recipient TEXT NOT NULL)")];
    let people: Vec<_> = world.people.iter().take(20).collect();
    statements.extend(
        people
            .iter()
            .map(|person| format!("INSERT INTO naive_mail (recipient) VALUES ('{}')", person.address)),
    );
    statements.push(String::from("DELETE FROM naive_mail"));
    database.execute(&statements);
    let files = copied_files(&database, &folder, wal_from.as_deref(), &[("naive_mail", "recipient")]);
    // Not in what this instance logged: in what it deleted.
    let files: Vec<_> = files.into_iter().filter(|(file, _)| file != "log").collect();
    let is_found = |person: &&&super::population::Person| {
        !found(&files, &[Canary::text("address", &person.address)]).is_empty()
    };
    let count = people.iter().filter(is_found).count();
    drop(database);
    fs::remove_dir_all(&folder).expect("the folder goes away");
    (count, people.len())
}

#[test]
fn nothing_that_people_typed_is_in_any_byte_but_public_names_in_openings() {
    let mut world = World::after_some_days(sizes());
    // A name that the browser filled in where none is to be shown.
    let app = &world.app;
    let fields = [
        ("visibility", "not-shown"),
        ("proof", "work-mail"),
        ("name", "Ottilie Vanterpool"),
        ("title", "Archivist of Things"),
        ("address", "ottilie@initech.example"),
    ];
    let inbox = app.client().post(&world.petition.signatures(), &fields).expect(200);
    let code = app.code_for("ottilie@initech.example");
    app.client().confirm(&world.petition, &inbox.hidden("ticket").expect("a ticket"), &code).expect(200);

    let mut canaries = of_people(&world);
    canaries.push(Canary::text("name not shown", "Ottilie Vanterpool"));
    canaries.push(Canary::text("title not shown", "Archivist of Things"));
    canaries.push(Canary::text("address", "ottilie@initech.example"));
    canaries.push(Canary::text("mailed code", &code));
    let searched: usize = canaries.iter().map(|canary| canary.spellings.len()).sum();
    assert_eq!(found(&kept(&world), &canaries), Vec::<String>::new(), "while the keys live");

    // Public names stand in openings, and nowhere else.
    let names = names(&world);
    let (database, others): (Vec<_>, Vec<_>) = kept(&world)
        .into_iter()
        .filter(|(file, _)| !file.starts_with("pg_wal"))
        .partition(|(file, _)| file.starts_with("test.db") || file == "rows" || file.ends_with("opening"));
    assert!(!found(&database, &names).is_empty(), "the search finds what is there");
    assert_eq!(found(&others, &names), Vec::<String>::new());

    let later = world.app.ctx.now().plus_secs(50 * 3_600);
    world.wait_until(later);
    world.one_round();
    assert_eq!(found(&kept(&world), &canaries), Vec::<String>::new(), "after the keys of those hours died");

    let withdrawn: Vec<String> = world
        .people
        .iter()
        .filter(|person| person.mode == Mode::Public)
        .take(EACH)
        .map(|person| person.code.as_ref().expect("a receipt").expose())
        .collect();
    for code in &withdrawn {
        world.app.client().post("/receipt/withdrawal", &[("code", code)]).expect(200);
    }
    let night = world.app.ctx.now().plus_days(1).day().start().plus_secs(4 * 3_600);
    world.wait_until(night);
    let files = kept(&world);
    let (wal, files): (Vec<_>, Vec<_>) = files.into_iter().partition(|(file, _)| file.starts_with("pg_wal"));
    assert_eq!(found(&files, &canaries), Vec::<String>::new(), "after withdrawal and scrub");
    assert_eq!(found(&files, &names), Vec::<String>::new(), "a withdrawn name is in no byte after the night");
    let (naive, of) = naive(&world);
    report(&Row {
        game: "G2",
        attacker: format!("every file and row; {} canaries in {searched} spellings", canaries.len()),
        score: format!(
            "0 (withdrawn public names left in PostgreSQL's own log until it recycles: {})",
            found(&wal, &names).len()
        ),
        bound: String::from("0"),
        control: format!("{naive} of {of} deleted rows found"),
    });
    assert!(naive > 0, "the naive build leaves nothing behind");
}
