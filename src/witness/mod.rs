//! The witness role (C2SP tlog-witness): watching the logs of other instances, and signing of each one history only. Run by
//! somebody who is independent of those who run the instances: that is all that it is worth.
//!
//! Knows keys, sizes and roots of public logs. Must never know an entry, a person, or who asks; and must never sign what
//! it has not written down before, so that no crash and no second request makes it sign another history.
//!
//! In reading order:
//! - [`key`]: its key, made once
//! - [`logs`]: how far it has seen each log, durably
//! - [`follow`]: which logs it knows: those that instances and petitions name, each by the first key that it met
//! - [`server`]: answering the logs, and whoever asks what it has seen

pub mod follow;
pub mod key;
pub mod logs;
pub mod server;
