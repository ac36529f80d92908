//! A witness that somebody runs elsewhere, as a value: it decides by the same rules as the program's own, can be away, and
//! remembers what it was asked.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use undersigned::{
    actions::{Ctx, Error},
    clock::{Clock, ManualClock},
    jobs::{
        self, Node,
        ask_witnesses::{self, Asked, Backoff, Reply, Unreachable, WitnessClient},
    },
    log::{
        cosignature::{Cosigner, WitnessKey},
        note::VerifierKey,
        witness::{Decision, Seen, Submission},
    },
};

use super::TestApp;

/// A witness with a key and a memory.
pub struct TestWitness {
    cosigner: Cosigner,
    clock: Arc<ManualClock>,
    logs: Mutex<HashMap<String, (VerifierKey, Option<Seen>)>>,
    asked: Mutex<Vec<Submission>>,
    says: Mutex<Option<Reply>>,
    is_away: Mutex<bool>,
    takes_secs: Mutex<i64>,
}

impl TestWitness {
    /// Its key without a clock, for settings.
    pub fn key(name: &str, seed: u8) -> WitnessKey {
        Cosigner::new(name, &[seed; 32]).expect("a name").verifier()
    }

    /// An entry for `WITNESSES`.
    pub fn setting(name: &str, seed: u8) -> String {
        format!("{} https://{name}", Self::key(name, seed))
    }

    /// With this name, on the clock of `app`.
    pub fn new(app: &TestApp, name: &str, seed: u8) -> Self {
        Self {
            cosigner: Cosigner::new(name, &[seed; 32]).expect("a name"),
            clock: Arc::clone(&app.clock),
            logs: Mutex::default(),
            asked: Mutex::default(),
            says: Mutex::default(),
            is_away: Mutex::default(),
            takes_secs: Mutex::default(),
        }
    }

    /// From now on it knows this log.
    pub fn follows(&self, key: VerifierKey) {
        let origin = key.origin().as_str().to_owned();
        self.logs.lock().unwrap().entry(origin).or_insert((key, None));
    }

    /// It does not answer, or does again.
    pub fn goes_away(&self, is_away: bool) {
        *self.is_away.lock().unwrap() = is_away;
    }

    /// It takes so long to answer.
    pub fn takes_secs(&self, secs: i64) {
        *self.takes_secs.lock().unwrap() = secs;
    }

    /// It says this, whatever it is asked.
    pub fn says(&self, reply: Option<Reply>) {
        *self.says.lock().unwrap() = reply;
    }

    /// What it was asked since it was last looked at.
    pub fn was_asked(&self) -> Vec<Submission> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// How many entries of a log it has seen.
    pub fn has_seen(&self, key: &VerifierKey) -> Option<u64> {
        self.logs.lock().unwrap().get(key.origin().as_str()).and_then(|(_, seen)| *seen).map(|seen| seen.size)
    }

    /// What it answers.
    pub fn answer(&self, submission: &Submission) -> Reply {
        let mut logs = self.logs.lock().unwrap();
        let reply = |status, body: String| Reply { status, body: body.into_bytes() };
        let Some((key, seen)) = logs.get_mut(submission.origin()) else { return reply(404, String::new()) };
        match submission.judge(key, *seen) {
            Decision::Cosign(checkpoint) => {
                *seen = Some(Seen { size: checkpoint.size, root: checkpoint.root });
                reply(200, self.cosigner.cosign(&checkpoint.body(), self.clock.now()))
            }
            Decision::Unsigned => reply(403, String::new()),
            Decision::Malformed => reply(400, String::new()),
            Decision::Seen(size) => reply(409, format!("{size}\n")),
            Decision::Unproven => reply(422, String::new()),
        }
    }
}

/// The network between an instance and its witnesses.
struct Wires<'a>(&'a [&'a TestWitness]);

impl WitnessClient for Wires<'_> {
    fn submit(&self, url: &str, submission: &str) -> Result<Reply, Unreachable> {
        let name = url.strip_prefix("https://").and_then(|rest| rest.strip_suffix("/add-checkpoint"));
        let witness = self.0.iter().find(|one| Some(one.cosigner.verifier().name()) == name);
        let away = || Unreachable("nobody is there".into());
        let witness = witness.filter(|one| !*one.is_away.lock().unwrap()).ok_or_else(away)?;
        let read =
            Submission::parse(submission.as_bytes()).expect("a submission as the specification has it");
        witness.asked.lock().unwrap().push(read.clone());
        witness.clock.advance_secs(*witness.takes_secs.lock().unwrap());
        let said = witness.says.lock().unwrap().clone();
        Ok(said.unwrap_or_else(|| witness.answer(&read)))
    }
}

/// The jobs of an instance that has witnesses: a round of them, then a round of asking.
pub struct Rounds {
    node: Node,
    patience: Backoff,
}

impl Rounds {
    /// Of a server that has just started.
    pub fn new(ctx: &Ctx) -> Self {
        Self { node: Node::new(ctx), patience: Backoff::default() }
    }

    /// One round.
    pub fn run(&mut self, app: &TestApp, witnesses: &[&TestWitness]) -> Asked {
        // The scrub of tonight was done.
        let round = jobs::round(&app.ctx, &self.node, &mut Some(app.ctx.now().day()));
        round.expect("the jobs are done").expect("no other node is at it");
        self.ask(app, witnesses)
    }

    /// A round of asking alone.
    pub fn ask(&mut self, app: &TestApp, witnesses: &[&TestWitness]) -> Asked {
        self.try_to_ask(app, witnesses).expect("the database answers")
    }

    /// One in which something may fail.
    pub fn try_to_ask(&mut self, app: &TestApp, witnesses: &[&TestWitness]) -> Result<Asked, Error> {
        let asked = ask_witnesses::ask(&app.ctx, &self.node, &Wires(witnesses), &mut self.patience, &|| true);
        Ok(asked?.expect("no other node is at it"))
    }
}
