//! The program that people sign with, as the log names it: which script, and which page to keep on disk.

/// Hashes of what everyone is given. They stand in the petition's log, so that people can compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientRelease {
    /// SHA-256 of the page that can be saved to disk, as served.
    pub page: [u8; 32],
    /// SHA-256 of the script, as served.
    pub script: [u8; 32],
}
