//! The operator's own pages (imprint, privacy notice, rights per country): Markdown files in `PAGES_DIR`, read at the
//! start, and again when the process is told to, and shown at `/pages/{name}`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use crate::web::markdown::{self, SafeHtml};

/// A page of the operator's.
#[derive(Debug, Clone)]
pub struct OperatorPage {
    /// The file's name without `.md`: what stands in the address.
    pub name: String,
    /// Its first heading.
    pub title: String,
    /// The rest of it.
    pub html: SafeHtml,
}

/// The pages that are shown now. Cheap to clone: all clones show the same.
#[derive(Debug, Clone, Default)]
pub struct ShownPages(Arc<RwLock<Vec<OperatorPage>>>);

impl ShownPages {
    /// From now on these.
    pub fn show(&self, pages: Vec<OperatorPage>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = pages;
    }

    /// The page with this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<OperatorPage> {
        let pages = self.0.read().unwrap_or_else(PoisonError::into_inner);
        pages.iter().find(|page| page.name == name).cloned()
    }

    /// Name in the address, and title, of each.
    #[must_use]
    pub fn links(&self) -> Vec<(String, String)> {
        let pages = self.0.read().unwrap_or_else(PoisonError::into_inner);
        pages.iter().map(|page| (page.name.clone(), page.title.clone())).collect()
    }
}

/// A page cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// The folder or a file in it cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The name would not look good in an address.
    #[error("{}: rename it, using small letters, digits and dashes before `.md`", path.display())]
    Name {
        /// Which.
        path: PathBuf,
    },
    /// There is no heading to take the title from.
    #[error("{}: begin it with a line `# Title`", path.display())]
    NoTitle {
        /// Which.
        path: PathBuf,
    },
}

/// All Markdown files in `folder`, in the order of their names.
///
/// # Errors
/// The first page that cannot be used.
pub fn load(folder: &Path) -> Result<Vec<OperatorPage>, PagesError> {
    let unreadable = |path: &Path, source| PagesError::Unreadable { path: path.to_owned(), source };
    let mut paths = fs::read_dir(folder)
        .and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()
        })
        .map_err(|error| unreadable(folder, error))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
            read(&path, &text)
        })
        .collect()
}

fn read(path: &Path, text: &str) -> Result<OperatorPage, PagesError> {
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let is_plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(PagesError::Name { path: path.to_owned() });
    }
    let (title, rest) = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .strip_prefix("# ")
        .map(|text| text.split_once('\n').unwrap_or((text, "")))
        .ok_or_else(|| PagesError::NoTitle { path: path.to_owned() })?;
    Ok(OperatorPage {
        name: String::from(name),
        title: String::from(title.trim()),
        html: markdown::render_page(rest),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_its_title_from_its_heading_and_its_address_from_its_file() {
        let page = read(Path::new("x/imprint.md"), "# Imprint\n\nWe are *here*.\n").unwrap();
        assert_eq!((page.name.as_str(), page.title.as_str()), ("imprint", "Imprint"));
        assert!(format!("{:?}", page.html).contains("<em>here</em>"));
    }

    #[test]
    fn a_page_that_cannot_be_shown_is_named_with_the_way_to_mend_it() {
        let error = |path: &str, text: &str| read(Path::new(path), text).unwrap_err().to_string();
        assert_eq!(error("a/b.md", "no heading"), "a/b.md: begin it with a line `# Title`");
        assert!(error("a/Mein Impressum.md", "# A").starts_with("a/Mein Impressum.md: rename it"));
        assert!(load(Path::new("/no/such/folder")).unwrap_err().to_string().contains("/no/such/folder"));
    }
}
