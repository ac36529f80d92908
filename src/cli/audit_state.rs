//! What an audit leaves on this machine for the next one: a file for each address and for each folder.

use std::{
    fs,
    io::{self, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    failure::{Failure, While},
    files, prepare,
};
use crate::{
    client::{address::PetitionAddress, audit::EarlierAudit},
    config,
    protocol::hash::sha256,
};

/// What is audited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audited {
    /// A petition on a server.
    Address(PetitionAddress),
    /// A folder with its files. It may not be there any more.
    Folder(PathBuf),
}

impl Audited {
    /// Where an audit of it is kept, and where versions before this kept it, of an address as it was typed. The same
    /// relative path is another folder elsewhere.
    pub fn state_files(&self, typed: &str) -> Option<Vec<PathBuf>> {
        let folder = config::state_home()?.join("undersigned");
        let name = |parts: &[&[u8]]| {
            let [name @ .., _, _, _, _] = sha256(parts);
            folder.join(format!("audit-{}.json", URL_SAFE_NO_PAD.encode::<[u8; 28]>(name)))
        };
        Some(match self {
            Self::Address(address) => {
                let before = typed.trim().trim_end_matches('/');
                vec![name(&[b"address\0", address.to_string().as_bytes()]), name(&[before.as_bytes()])]
            }
            Self::Folder(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                let path: PathBuf = path.components().collect();
                vec![name(&[b"folder\0", path.as_os_str().as_encoded_bytes()])]
            }
        })
    }
}

/// Reads what an earlier audit left, from the first of these files that is there.
pub fn read(files: &[PathBuf]) -> Result<Option<EarlierAudit>, Failure> {
    for file in files {
        let opened = match fs::File::open(file) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => Err(While::doing(format!("{} cannot be read", file.display()))(error))?,
        };
        let doing = || format!("{} is damaged: remove it, or audit with --afresh", file.display());
        return Ok(Some(EarlierAudit::read(&mut BufReader::new(opened)).map_err(While::doing(doing()))?));
    }
    Ok(None)
}

/// What the next audit can go on from, while it is written: it takes its place only when it is whole.
pub struct Draft {
    file: PathBuf,
    unfinished: PathBuf,
    out: BufWriter<fs::File>,
}

impl Draft {
    /// Begins it beside its place.
    pub fn begin(file: &Path) -> Result<Self, Failure> {
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            prepare::private_folder(folder)?;
        }
        let unfinished = files::draft_of(file);
        let out = fs::File::create(&unfinished)
            .map_err(While::doing(format!("{} cannot be written", file.display())))?;
        Ok(Self { file: file.to_path_buf(), unfinished, out: BufWriter::new(out) })
    }

    /// Where to write.
    pub fn out(&mut self) -> &mut dyn io::Write {
        &mut self.out
    }

    /// Puts it in its place; gives its name.
    pub fn finish(mut self) -> Result<String, Failure> {
        let written = self.out.flush().and_then(|()| fs::rename(&self.unfinished, &self.file));
        written.map_err(While::doing(format!("{} cannot be written", self.file.display())))?;
        Ok(self.file.display().to_string())
    }
}

/// What was not finished is of no use.
impl Drop for Draft {
    fn drop(&mut self) {
        fs::remove_file(&self.unfinished).unwrap_or_default();
    }
}
