//! Contracts: who supplies what to whom, and which public source says so.
