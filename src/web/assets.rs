//! The style sheet, the script and the icon, embedded. Their names carry a hash of their content, so browsers may keep
//! them for good.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path},
};
use sha2::{Digest, Sha256};

use super::{App, error::Answer, error::WebError};

/// The style sheet's plain name.
pub const STYLE: &str = "site.css";
/// The icon's plain name.
pub const ICON: &str = "favicon.svg";

/// The script's plain name: what a browser does to sign, served as it was written, its parts one after the other.
pub const SCRIPT: &str = "signing.js";

/// One module, so that one hash names it and a page on disk can hold it whole.
const SIGNING: &str = concat!(
    include_str!("static/signing/10-bytes.js"),
    include_str!("static/signing/15-text.js"),
    include_str!("static/signing/20-tokens.js"),
    include_str!("static/signing/30-leaves.js"),
    include_str!("static/signing/35-notices.js"),
    include_str!("static/signing/40-log.js"),
    include_str!("static/signing/42-entries.js"),
    include_str!("static/signing/43-rows.js"),
    include_str!("static/signing/44-auditor.js"),
    include_str!("static/signing/45-audit.js"),
    include_str!("static/signing/46-own.js"),
    include_str!("static/signing/47-receipts.js"),
    include_str!("static/signing/48-statements.js"),
    include_str!("static/signing/50-sealing.js"),
    include_str!("static/signing/60-names.js"),
    include_str!("static/signing/70-qr.js"),
    include_str!("static/signing/80-net.js"),
    include_str!("static/signing/81-work.js"),
    include_str!("static/signing/84-elements.js"),
    include_str!("static/signing/86-steps.js"),
    include_str!("static/signing/88-requests.js"),
    include_str!("static/signing/89-signature.js"),
    include_str!("static/signing/90-page.js"),
    include_str!("static/signing/92-audit.js"),
    include_str!("static/signing/94-own.js"),
);

/// Name, media type, content.
const EMBEDDED: &[(&str, &str, &[u8])] = &[
    (STYLE, "text/css; charset=utf-8", include_bytes!("static/site.css")),
    (SCRIPT, "text/javascript; charset=utf-8", SIGNING.as_bytes()),
    (ICON, "image/svg+xml", include_bytes!("static/favicon.svg")),
];

/// How much of the hash stands in a name, as twice as many hexadecimal digits.
const HASH_BYTES: usize = 8;

/// One embedded file under its hashed name.
#[derive(Debug)]
struct Asset {
    plain_name: &'static str,
    path: String,
    media_type: &'static str,
    content: &'static [u8],
}

/// All embedded files.
#[derive(Debug)]
pub struct Assets(Vec<Asset>);

impl Assets {
    /// The files in this binary.
    #[must_use]
    pub fn embedded() -> Self {
        Self(EMBEDDED.iter().map(|(name, media_type, content)| asset(name, media_type, content)).collect())
    }

    /// Where `plain_name` is served: `/static/site-0123456789abcdef.css`.
    #[must_use]
    pub fn path(&self, plain_name: &str) -> &str {
        self.0
            .iter()
            .find(|asset| asset.plain_name == plain_name)
            .map_or("/static/missing", |asset| &asset.path)
    }

    /// What is served there, as text.
    #[must_use]
    pub fn text(&self, plain_name: &str) -> Option<&'static str> {
        let asset = self.0.iter().find(|asset| asset.plain_name == plain_name)?;
        str::from_utf8(asset.content).ok()
    }
}

fn asset(plain_name: &'static str, media_type: &'static str, content: &'static [u8]) -> Asset {
    let hash = Sha256::digest(content);
    let number = hash.iter().take(HASH_BYTES).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    let short = format!("{number:016x}");
    let (stem, extension) = plain_name.rsplit_once('.').unwrap_or((plain_name, "bin"));
    Asset { plain_name, path: format!("/static/{stem}-{short}.{extension}"), media_type, content }
}

/// `GET /static/{file}`
///
/// # Errors
/// 404 for any name but the current ones.
pub async fn serve(app: Data<App>, file: Path<String>) -> Answer {
    let path = format!("/static/{file}");
    let asset = app.assets.0.iter().find(|asset| asset.path == path).ok_or(WebError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(asset.media_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.content))
}

/// `GET /favicon.ico`: browsers that do not read the page's link ask here.
///
/// # Errors
/// None.
pub async fn favicon(app: Data<App>) -> Answer {
    Ok(HttpResponse::Found()
        .insert_header((header::LOCATION, app.assets.path(ICON)))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .finish())
}

#[cfg(test)]
pub(super) mod tests {
    use std::{fs, path::Path};

    use super::*;

    /// All files of the script, in the order of their names.
    pub fn script() -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/static/signing");
        let mut parts: Vec<_> = fs::read_dir(folder).unwrap().map(|part| part.unwrap().path()).collect();
        parts.sort();
        parts.iter().map(|part| fs::read_to_string(part).unwrap()).collect()
    }

    #[test]
    fn the_script_is_all_of_its_parts_in_the_order_of_their_names() {
        assert_eq!(Assets::embedded().text(SCRIPT), Some(script().as_str()));
    }
}
