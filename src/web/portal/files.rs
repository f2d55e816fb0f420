//! The files of a record: pictures, films, recordings and what else can be downloaded.

use super::{
    format,
    labels::Labels,
    site::{Page, Text},
};
use crate::domain::{
    document::{Asset, AssetRole},
    lang::Localized,
    record::{LiveRecord, Release},
    rights::Rights,
};
use crate::media::rendition::Size;

/// A picture with everything that stands around it.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The address for browsers that choose none of `srcset`.
    pub src: String,
    /// Addresses with their widths in pixels.
    pub srcset: String,
    /// The same as WebP, for browsers that know it.
    pub webp: String,
    /// How wide the page shows it.
    pub sizes: &'static str,
    /// Pixels across of the largest web picture; keeps the page from jumping.
    pub width: u32,
    /// Pixels down of the same.
    pub height: u32,
    /// What it shows.
    pub alt: Text,
    /// The line below it.
    pub caption: Option<Text>,
    /// Who is to be named.
    pub credit: Option<Text>,
    /// The release.
    pub download: Download,
}

/// A film or recording.
#[derive(Clone, Debug)]
pub struct Player {
    /// Whether it has pictures.
    pub film: bool,
    /// Where it lies.
    pub src: String,
    /// Such as `video/mp4`.
    pub media_type: String,
    /// Pixels across and down, where there is something to be seen; keeps the page from jumping.
    pub size: Option<(u32, u32)>,
    /// The still picture shown first.
    pub poster: Option<String>,
    /// Subtitles: address, language and its name.
    pub tracks: Vec<Track>,
    /// The line below it.
    pub caption: Option<Text>,
    /// Who is to be named.
    pub credit: Option<Text>,
    /// The release.
    pub download: Download,
}

/// Subtitles of a film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Track {
    /// Where they lie.
    pub src: String,
    /// Their language.
    pub lang: String,
    /// Its own name for itself.
    pub label: String,
}

/// A release to be downloaded.
#[derive(Clone, Debug)]
pub struct Download {
    /// Where it lies.
    pub url: String,
    /// The name to save it under.
    pub name: String,
    /// What people call it: its caption, or its name.
    pub label: Text,
    /// `JPEG`, `PDF` …
    pub kind: String,
    /// `1,4 MB`.
    pub size: String,
    /// `24 trang`, `1600 × 1067 px`, `1920 × 1080 px · 3:05`, or nothing.
    pub extent: String,
}

/// All files of a record, as its page shows them.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The picture above the text.
    pub lead: Option<Picture>,
    /// Films and recordings.
    pub players: Vec<Player>,
    /// The other pictures.
    pub gallery: Vec<Picture>,
    /// Publications and whatever else.
    pub documents: Vec<Download>,
}

impl Files {
    /// The files of `live`; those without a release are left out.
    #[must_use]
    pub fn new(page: &Page<'_>, live: &LiveRecord, labels: &Labels<'_>) -> Self {
        let mut files = Self::default();
        let first = lead(live).map(|asset| asset.id);
        let film = live.files.values().any(|release| family(release) == "video");
        for asset in &live.document.assets {
            let Some(release) = live.files.get(&asset.id) else { continue };
            match (family(release), asset.role) {
                ("image", AssetRole::Thumbnail) => {}
                // A player of sound shows none, so whoever wants to read them can take them.
                (_, AssetRole::Subtitle) if film => {}
                ("image", _) if Some(asset.id) == first => {
                    files.lead = picture(page, live, asset, "(min-width: 64rem) 46rem, 100vw");
                }
                ("image", AssetRole::Poster) => {}
                ("image", _) => {
                    files.gallery.extend(picture(
                        page,
                        live,
                        asset,
                        "(min-width: 40rem) 22rem, 100vw",
                    ));
                }
                ("video" | "audio", _) => {
                    let tracks = if film { tracks(page, live, labels) } else { Vec::new() };
                    let player = player(page, live, asset, release);
                    files.players.push(Player { tracks, ..player });
                }
                _ => {
                    if Some(asset.id) == first {
                        files.lead = picture(page, live, asset, "(min-width: 64rem) 30rem, 100vw");
                    }
                    files.documents.push(download(page, asset, release));
                }
            }
        }
        files
    }
}

/// The picture that stands for a record in lists.
#[must_use]
pub fn thumbnail(live: &LiveRecord) -> Option<&Asset> {
    let seen = |asset: &&Asset| live.files.get(&asset.id).is_some_and(Release::is_seen);
    live.document.assets.iter().filter(seen).min_by_key(|asset| match asset.role {
        AssetRole::Thumbnail => 0_u8,
        AssetRole::Cover => 1,
        AssetRole::Poster => 2,
        AssetRole::Main => 3,
        _ => 4,
    })
}

/// `asset` of `live` as a web picture; none where there is nothing of it to be seen, or it was not
/// released.
#[must_use]
pub fn picture(
    page: &Page<'_>,
    live: &LiveRecord,
    asset: &Asset,
    sizes: &'static str,
) -> Option<Picture> {
    let release = live.files.get(&asset.id).filter(|release| release.is_seen())?;
    let sizes_up = Size::ALL.into_iter().rev();
    let mut offered: Vec<(u32, u32)> =
        sizes_up.map(|size| (size.width(), shown(release, size).0)).collect();
    // A small original is never blown up: beyond its own width there is nothing more to offer.
    offered.dedup_by_key(|(_, width)| *width);
    let set = |ending: &str| {
        let each = offered.iter().map(|(size, width)| {
            format!("{} {width}w", page.root(&format!("/media/{}/{size}.{ending}", asset.id.key())))
        });
        each.collect::<Vec<_>>().join(", ")
    };
    let (width, height) = shown(release, Size::Large);
    Some(Picture {
        src: web(page, asset, 800),
        srcset: set("jpg"),
        webp: set("webp"),
        sizes,
        width,
        height,
        alt: alt(page, live, asset),
        caption: Text::best(&asset.caption, &page.lang),
        credit: credit(page, &live.document.rights, asset),
        download: download(page, asset, release),
    })
}

/// The address, for sharing, of the picture of `asset` 1600 pixels wide.
#[must_use]
pub fn shared(page: &Page<'_>, asset: &Asset) -> String {
    page.site.absolute(&format!("/media/{}/1600.jpg", asset.id.key()))
}

/// What a picture shows: its own description, else its caption, else the record's title.
#[must_use]
pub fn alt(page: &Page<'_>, live: &LiveRecord, asset: &Asset) -> Text {
    [&asset.alt, &asset.caption, &live.document.title]
        .into_iter()
        .find_map(|texts| Text::best(texts, &page.lang))
        .unwrap_or_else(|| Text::plain(&live.local_id, &page.lang))
}

fn player(page: &Page<'_>, live: &LiveRecord, asset: &Asset, release: &Release) -> Player {
    // A poster of its own goes before the still picture that was made of it.
    let own = pictures(live).find(|asset| asset.role == AssetRole::Poster);
    let poster = own.or_else(|| Some(asset).filter(|_| release.is_seen()));
    Player {
        film: family(release) == "video",
        src: file(page, asset, release),
        media_type: release.media_type.clone(),
        size: release.width.zip(release.height),
        poster: poster.map(|asset| web(page, asset, 800)),
        tracks: Vec::new(),
        caption: Text::best(&asset.caption, &page.lang),
        credit: credit(page, &live.document.rights, asset),
        download: download(page, asset, release),
    }
}

/// The subtitles of a record, one for each language.
fn tracks(page: &Page<'_>, live: &LiveRecord, labels: &Labels<'_>) -> Vec<Track> {
    let mut tracks: Vec<Track> = Vec::new();
    for asset in live.document.assets.iter().filter(|one| one.role == AssetRole::Subtitle) {
        let release = live.files.get(&asset.id).filter(|file| file.media_type == "text/vtt");
        let (Some(release), Some(lang)) = (release, &asset.lang) else { continue };
        let (src, label) = (file(page, asset, release), labels.own_name(lang));
        let track = Track { src, lang: lang.to_string(), label };
        if tracks.iter().all(|known| known.lang != track.lang) {
            tracks.push(track);
        }
    }
    tracks
}

fn download(page: &Page<'_>, asset: &Asset, release: &Release) -> Download {
    let size = match (release.pages, release.width, release.height) {
        (Some(pages), _, _) => page.words.count("pages-count", u64::from(pages)),
        (None, Some(width), Some(height)) => format!("{width}\u{a0}×\u{a0}{height}\u{a0}px"),
        _ => String::new(),
    };
    let length = release.duration.map(format::length);
    let parts = [Some(size).filter(|size| !size.is_empty()), length];
    let extent = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Download {
        url: file(page, asset, release),
        name: release.name.clone(),
        label: Text::best(&asset.caption, &page.lang)
            .unwrap_or_else(|| Text::plain(&release.name, &page.lang)),
        kind: format::type_name(&release.media_type),
        size: format::size(page.words.tag(), release.bytes),
        extent,
    }
}

/// The credit line of the file, else of the record, else the file's creator.
fn credit(page: &Page<'_>, record: &Rights, asset: &Asset) -> Option<Text> {
    let of = |line: &Localized<String>| Text::best(line, &page.lang);
    let rights = asset.rights.as_ref();
    rights
        .and_then(|own| of(&own.credit).or_else(|| of(&own.holder)))
        .or_else(|| asset.creator.as_ref().map(|name| Text::plain(name, &page.lang)))
        .or_else(|| of(&record.credit))
}

fn lead(live: &LiveRecord) -> Option<&Asset> {
    // A film's poster stands on the player, not above it.
    pictures(live)
        .filter(|asset| !matches!(asset.role, AssetRole::Thumbnail | AssetRole::Poster))
        .min_by_key(|asset| match asset.role {
            AssetRole::Cover => 0_u8,
            AssetRole::Main => 1,
            _ => 2,
        })
}

fn pictures(live: &LiveRecord) -> impl Iterator<Item = &Asset> {
    let is_picture = |asset: &&Asset| {
        let file = live.files.get(&asset.id);
        file.is_some_and(|file| family(file) == "image" || file.cover.is_some())
    };
    live.document.assets.iter().filter(is_picture)
}

fn family(release: &Release) -> &str {
    release.media_type.split('/').next().unwrap_or_default()
}

fn web(page: &Page<'_>, asset: &Asset, size: u32) -> String {
    page.root(&format!("/media/{}/{size}.jpg", asset.id.key()))
}

fn file(page: &Page<'_>, asset: &Asset, release: &Release) -> String {
    page.root(&format!("/media/{}/{}", asset.id.key(), format::percent(&release.name)))
}

/// Width and height of a web picture of a release.
fn shown(release: &Release, size: Size) -> (u32, u32) {
    match release.width.zip(release.height).or(release.cover) {
        Some((width, height)) => size.fit(width, height),
        // Not measured: the usual shape of a photo keeps the place.
        None => (size.width(), size.width() / 3 * 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_pictures_are_as_wide_as_asked_and_never_wider_than_the_original() {
        let release = |width, height| Release {
            digest: crate::domain::digest::Digest::from_bytes(&[0; 32]),
            bytes: 1,
            media_type: "image/jpeg".to_owned(),
            name: "a.jpg".to_owned(),
            width,
            height,
            pages: None,
            cover: None,
            duration: None,
            placeholder: None,
        };
        for (width, height, size, fit) in [
            (3200, 1600, Size::Medium, (800, 400)),
            (1000, 3000, Size::Medium, (800, 2400)),
            (700, 500, Size::Medium, (700, 500)),
            (9000, 2, Size::Small, (320, 1)),
        ] {
            assert_eq!(shown(&release(Some(width), Some(height)), size), fit);
        }
        assert_eq!(shown(&release(None, None), Size::Large), (1600, 1066));
        let book = Release { cover: Some((2560, 3620)), ..release(None, None) };
        assert_eq!(shown(&book, Size::Small), (320, 453));
    }
}
