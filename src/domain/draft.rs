//! A petition being written: what was typed, kept as typed, and what is still wrong with it.
