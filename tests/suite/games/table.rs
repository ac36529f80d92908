//! The table that `scripts/attack` prints: what the attacker had, what it got, what luck would give, and what it got
//! from a naive build.

use std::{fs::OpenOptions, io::Write as _};

use crate::support::environment;

/// A line of the table.
pub struct Row {
    /// Which game.
    pub game: &'static str,
    /// What the attacker had.
    pub attacker: String,
    /// What he got.
    pub score: String,
    /// What luck gives, and what may not be exceeded.
    pub bound: String,
    /// What he gets from the naive build.
    pub control: String,
}

/// Adds a line to the table, where `SUITE_GAMES_TABLE` names its file; shown only by failing tests otherwise.
pub fn report(row: &Row) {
    let Row { game, attacker, score, bound, control } = row;
    let line = format!("{game} | {attacker} | {score} | {bound} | {control}\n");
    let Some(file) = environment("SUITE_GAMES_TABLE") else {
        std::io::stderr().write_all(line.as_bytes()).expect("standard error");
        return;
    };
    let file = OpenOptions::new().create(true).append(true).open(file);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the table's file");
}
