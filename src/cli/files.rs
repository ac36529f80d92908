//! A folder with a petition's public files, under the paths at which a server has them below the petition's address.

use std::{
    fs,
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use crate::client::{failure::Failure, mirror::Keeper, source::Source};

/// The folder.
pub struct Files(pub PathBuf);

impl Source for Files {
    fn open(&self, path: &str) -> Result<Option<Box<dyn Read>>, Failure> {
        let file = absent(fs::File::open(self.0.join(path)));
        match file.map_err(|error| Failure::Lost(ureq::Error::Io(error)))? {
            Some(file) => Ok(Some(Box::new(file))),
            None => Ok(None),
        }
    }
}

impl Keeper for Files {
    fn has(&self, path: &str) -> bool {
        self.0.join(path).is_file()
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, io::Error> {
        absent(fs::read(self.0.join(path)))
    }

    fn keep(&self, path: &str, bytes: &[u8]) -> Result<(), io::Error> {
        let file = self.0.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        whole(&file, bytes)
    }

    fn begin(&self, path: &str) -> Result<Box<dyn Write>, io::Error> {
        let file = self.0.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Box::new(BufWriter::new(fs::File::create(draft_of(&file))?)))
    }

    fn commit(&self, path: &str) -> Result<(), io::Error> {
        let file = self.0.join(path);
        fs::rename(draft_of(&file), file)
    }

    fn drop(&self, path: &str) -> Result<(), io::Error> {
        absent(fs::remove_file(self.0.join(path))).map(drop)
    }
}

/// Writes a file whole, or leaves it as it was.
pub fn whole(file: &Path, bytes: &[u8]) -> Result<(), io::Error> {
    let draft = draft_of(file);
    fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, file))
}

/// Where a file is written before it takes its place.
pub fn draft_of(file: &Path) -> PathBuf {
    let mut draft = file.as_os_str().to_owned();
    draft.push(".draft");
    PathBuf::from(draft)
}

fn absent<T>(result: Result<T, io::Error>) -> Result<Option<T>, io::Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
