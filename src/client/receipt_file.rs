//! The receipt that a person keeps: the withdrawal code as they got it, the log's key, and the proof that their signature
//! is in the log. What else stands in the file is for people, and passed over when reading.

use crate::{
    log::{note::VerifierKey, tlog_proof::LogProof},
    protocol::withdrawal_code::{WithdrawalCode, WithdrawalCodeError},
};

/// More than any receipt has.
const MAX_LEN_BYTES: usize = 128 * 1024;

/// What was found in a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptFile {
    /// The withdrawal code.
    pub code: Option<WithdrawalCode>,
    /// The key of the log.
    pub key: Option<VerifierKey>,
    /// The proof.
    pub proof: Option<LogProof>,
}

/// Why a file is no receipt. Never carries what it held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAReceipt {
    /// Neither a code nor a proof is in it, or it is far too long.
    #[error("not a receipt")]
    Form,
    /// The code in it was mistyped or altered.
    #[error("the withdrawal code was mistyped")]
    Mistyped,
    /// The proof in it is cut off or altered.
    #[error("the proof is not whole")]
    Proof,
}

impl ReceiptFile {
    /// Reads a receipt: each line is a code or a key, alone or after a colon, or belongs to the proof, or says something to
    /// people.
    ///
    /// # Errors
    /// [`NotAReceipt`]; never panics, whatever the text.
    pub fn parse(text: &str) -> Result<Self, NotAReceipt> {
        if text.len() > MAX_LEN_BYTES {
            return Err(NotAReceipt::Form);
        }
        let proof = LogProof::find(text).or(Err(NotAReceipt::Proof))?;
        let (mut code, mut key, mut mistyped) = (None, None, false);
        for line in text.lines() {
            let value = line.rsplit(':').next().unwrap_or(line).trim().trim_start_matches('\u{feff}');
            match WithdrawalCode::parse(value) {
                Ok(found) if code.is_none() => code = Some(found),
                Err(WithdrawalCodeError::Mistyped) => mistyped = true,
                _ => {}
            }
            key = key.or_else(|| VerifierKey::parse(value).ok());
        }
        if code.is_none() && mistyped {
            return Err(NotAReceipt::Mistyped);
        }
        if code.is_none() && proof.is_none() { Err(NotAReceipt::Form) } else { Ok(Self { code, key, proof }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        log::{checkpoint::Checkpoint, note::LogKey},
        protocol::origin::LogOrigin,
    };

    const KEY: &str = "petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li+42ab1d27+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";

    fn code() -> WithdrawalCode {
        WithdrawalCode::from_bytes([7; 15])
    }

    fn proof() -> LogProof {
        let origin = LogOrigin::parse("petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li").unwrap();
        let note = Checkpoint::sign(&LogKey::new(origin, &[7; 32]), 1, [1; 32]);
        LogProof { index: 0, path: Vec::new(), note }
    }

    #[test]
    fn a_receipt_is_read_whatever_stands_around_it() {
        let text = format!(
            "Keep this: it is yours.\r\nWithdrawal code: {}\r\nhttps://a.example/p/b\r\nLog key: {KEY}\r\n\r\n{}bye",
            code().expose().to_lowercase(),
            proof().to_text().replace('\n', "\r\n")
        );
        let read = ReceiptFile::parse(&text).unwrap();
        assert_eq!((read.code, read.proof), (Some(code()), Some(proof())));
        assert_eq!(read.key.unwrap().to_string(), KEY);
    }

    #[test]
    fn a_file_with_nothing_but_the_code_is_one_too() {
        let read = ReceiptFile::parse(&format!("\u{feff}{}\n", code().expose())).unwrap();
        assert_eq!(read, ReceiptFile { code: Some(code()), key: None, proof: None });
    }

    #[test]
    fn what_is_damaged_is_said_and_not_passed_over() {
        let good = code().expose();
        let mistyped = if good.ends_with('0') { good.replace('0', "1") } else { format!("{}0", &good[..33]) };
        assert_eq!(ReceiptFile::parse(&mistyped), Err(NotAReceipt::Mistyped));
        let text = format!("{good}\n{}", proof().to_text());
        assert_eq!(ReceiptFile::parse(&text[..text.len() - 160]), Err(NotAReceipt::Proof));
        assert_eq!(ReceiptFile::parse("hello"), Err(NotAReceipt::Form));
        assert_eq!(ReceiptFile::parse(""), Err(NotAReceipt::Form));
        assert_eq!(ReceiptFile::parse(&format!("{good}\n{}", "x".repeat(200_000))), Err(NotAReceipt::Form));
    }
}
