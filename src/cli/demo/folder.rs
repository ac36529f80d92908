//! The demo's data folder: wiped at each start, so it must never be anybody's real one.

use std::{fs, io::ErrorKind, path::Path};

use crate::cli::{
    failure::{Failure, While},
    prepare,
};

/// Its presence says that the demo made the folder.
const MARKER: &str = "made-by-undersigned-demo";
const WORDS: &str = "This folder was made by `undersigned demo` and is wiped when the demo starts again.\n";

/// An empty folder at `path`. What an earlier demo left there goes; anything else is refused.
pub fn fresh(path: &Path) -> Result<(), Failure> {
    let cannot = |what: &str| While::doing(format!("the folder {} cannot be {what}", path.display()));
    match fs::read_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(cannot("read")(error).into()),
        Ok(mut entries) => {
            let is_empty = entries.next().is_none();
            if !is_empty && !path.join(MARKER).is_file() {
                return Err(Failure::usage(format!(
                    "{} holds something that no demo has made, and the demo begins with an empty folder: set \
                     DATA_DIR to another one",
                    path.display()
                )));
            }
            // The folder itself stays: this process has locked it.
            for entry in fs::read_dir(path).map_err(cannot("read"))? {
                let entry = entry.map_err(cannot("read"))?.path();
                let is_folder = fs::symlink_metadata(&entry).is_ok_and(|found| found.is_dir());
                let removed = if is_folder { fs::remove_dir_all(&entry) } else { fs::remove_file(&entry) };
                removed.map_err(cannot("wiped"))?;
            }
        }
    }
    prepare::private_folder(path)?;
    Ok(fs::write(path.join(MARKER), WORDS).map_err(cannot("written to"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_that_a_demo_made_is_wiped() {
        let path = std::env::temp_dir().join(format!("undersigned-demo-{}", std::process::id()));
        fresh(&path).unwrap();
        fs::write(path.join("undersigned.db"), "old").unwrap();
        fresh(&path).unwrap();
        assert!(!path.join("undersigned.db").exists());

        fs::remove_file(path.join(MARKER)).unwrap();
        fs::write(path.join("undersigned.db"), "somebody's real data").unwrap();
        assert_eq!(fresh(&path).unwrap_err().exit_code(), 2);
        assert!(path.join("undersigned.db").exists());
        fs::remove_dir_all(&path).unwrap();
    }
}
