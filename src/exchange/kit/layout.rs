//! Which files a record's part of a kit has, and how they are called.

use crate::{
    domain::{
        document::Asset,
        id::AssetId,
        lang::{Lang, Localized},
        record::Release,
    },
    text::slug::slug,
};

use super::{Error, Work, article, card, docx, plain};

/// The widths of web pictures in a kit, in pixels.
const WIDTHS: [u32; 2] = [1600, 800];

/// The most bytes of what is taken from a file's name.
const STEM: usize = 48;

/// A file of a kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in the archive.
    pub path: String,
    /// Such as `image/jpeg`.
    pub media_type: String,
    /// What it is.
    pub what: What,
}

/// What stands in a file of a kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Something that is written for the kit.
    Text(Text),
    /// An asset's release.
    Release(AssetId),
    /// A web picture of an asset, so many pixels wide at most, as JPEG.
    Picture(AssetId, u32),
}

/// What is written for a kit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// One language's text as a word processor's document.
    Docx(Lang),
    /// The same as plain text.
    Plain(Lang),
    /// What the files show, in one language.
    Captions(Lang),
    /// Who may do what with it, in Vietnamese and English.
    Licence,
    /// The same as a page.
    LicencePage,
    /// Who made it.
    Credits,
}

impl Work {
    /// The folder of its files: its local id and its title, in letters that every system takes.
    #[must_use]
    pub fn folder(&self) -> String {
        let title = title(&self.live.document.title).map(|title| slug(title)).unwrap_or_default();
        match title.as_str() {
            "" => self.name(),
            title => format!("{}-{title}", self.name()),
        }
    }

    /// The local id in letters that every system takes.
    fn name(&self) -> String {
        let fits = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = self.live.local_id.chars().map(fits).collect();
        // One word alone may be the name of a device (`CON`), or nothing.
        match name.trim_matches('-') {
            name if name.contains('-') => name.to_owned(),
            _ => self.live.id.key(),
        }
    }

    /// The files of its part of a kit, within `folder`, the small ones first.
    #[must_use]
    pub fn entries(&self, folder: &str) -> Vec<Entry> {
        let text = |path: String, media_type: &str, text: Text| Entry {
            path: format!("{folder}/{path}"),
            media_type: media_type.to_owned(),
            what: What::Text(text),
        };
        let mut all = vec![
            text("LICENCE.txt".to_owned(), TXT, Text::Licence),
            text("LICENCE.html".to_owned(), HTML, Text::LicencePage),
            text("CREDITS.txt".to_owned(), TXT, Text::Credits),
        ];
        let name = self.name();
        for lang in &self.langs {
            let one = |what: &str, ending: &str| format!("texts/{what}-{lang}.{ending}");
            all.push(text(one(&name, "docx"), DOCX, Text::Docx(lang.clone())));
            all.push(text(one(&name, "txt"), TXT, Text::Plain(lang.clone())));
            if self.assets().next().is_some() {
                all.push(text(one("captions", "txt"), TXT, Text::Captions(lang.clone())));
            }
        }
        for (number, asset, release) in self.assets() {
            all.extend(files(folder, number, asset, release));
        }
        all
    }

    /// The assets that were released, numbered from 1, with their releases.
    pub(super) fn assets(&self) -> impl Iterator<Item = (usize, &Asset, &Release)> {
        let released = self
            .live
            .document
            .assets
            .iter()
            .filter_map(|asset| self.live.files.get(&asset.id).map(|release| (asset, release)));
        released.zip(1..).map(|((asset, release), number)| (number, asset, release))
    }

    /// Writes a text of the kit.
    ///
    /// # Errors
    /// None that can happen.
    pub fn compose(&self, text: &Text) -> Result<Vec<u8>, Error> {
        Ok(match text {
            Text::Docx(lang) => docx::write(&article::article(self, lang))?,
            Text::Plain(lang) => plain::write(&article::article(self, lang)).into_bytes(),
            Text::Captions(lang) => card::captions(self, lang).into_bytes(),
            Text::Licence => card::licence(self).into_bytes(),
            Text::LicencePage => card::licence_page(self).into_bytes(),
            Text::Credits => card::credits(self).into_bytes(),
        })
    }
}

const TXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// An asset's files: its release, and web pictures that are smaller than that.
fn files(folder: &str, number: usize, asset: &Asset, release: &Release) -> Vec<Entry> {
    let name = stem(number, release);
    let picture = release.media_type.starts_with("image/");
    let place = if picture { "photos/original" } else { "files" };
    let mut all = vec![Entry {
        path: format!("{folder}/{place}/{name}.{}", ending(release)),
        media_type: release.media_type.clone(),
        what: What::Release(asset.id),
    }];
    let smaller = |width: &u32| picture && release.width.is_none_or(|whole| *width < whole);
    all.extend(WIDTHS.into_iter().filter(smaller).map(|width| Entry {
        path: format!("{folder}/photos/{width}/{name}.jpg"),
        media_type: "image/jpeg".to_owned(),
        what: What::Picture(asset.id, width),
    }));
    all
}

/// The name of an asset's files without its ending, which all of them share: its number, and what its
/// release is called.
pub(super) fn stem(number: usize, release: &Release) -> String {
    let called = release.name.rsplit_once('.').map_or(release.name.as_str(), |(name, _)| name);
    let called = slug(called);
    let called: String = called.chars().take(STEM).collect();
    match called.trim_matches('-') {
        "" => format!("{number:02}"),
        called => format!("{number:02}-{called}"),
    }
}

/// The ending of a release's name: by its type, else its own.
fn ending(release: &Release) -> String {
    let known = match release.media_type.as_str() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "image/tiff" => "tif",
        "application/pdf" => "pdf",
        "video/mp4" => "mp4",
        "audio/mpeg" => "mp3",
        "text/vtt" => "vtt",
        "text/plain" => "txt",
        _ => "",
    };
    let own = || {
        let (_, own) = release.name.rsplit_once('.')?;
        Some(slug(own)).filter(|own| (1..=8).contains(&own.len()))
    };
    match known {
        "" => own().unwrap_or_else(|| "bin".to_owned()),
        known => known.to_owned(),
    }
}

/// The title that names the folder: the Vietnamese one, else any that gives a name.
fn title(titles: &Localized<String>) -> Option<&String> {
    let all = titles.iter().map(|(_, title)| title);
    let mut all = titles.get("vi").into_iter().chain(titles.get("en")).chain(all);
    all.find(|title| !slug(title).is_empty())
}
