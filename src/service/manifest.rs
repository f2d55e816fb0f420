//! A published record for viewers of pictures: its IIIF Presentation 3.0 manifest.

use std::time::Duration;

use serde_json::Value;

use super::{Error, Services, pictures, zoom};
use crate::{
    domain::{
        document::{Asset, AssetRole, Kind},
        id::{AssetId, RecordId},
        lang::Localized,
        record::{LiveRecord, Release},
    },
    exchange::iiif::{
        Error as IiifError, Size, Url,
        manifest::{
            Canvas, Content, Heading, Homepage, Image, LangText, Layout, Outline, Provider,
            Rendering, Seconds, SeeAlso, Work,
        },
    },
    media::{photo::shape, reading::Reading},
};

/// The most pages of one publication that a manifest lists.
const PAGES: usize = 2_000;

impl Services {
    /// The manifest of a published record that has pictures.
    ///
    /// # Errors
    /// [`Error::Gone`] once withdrawn; [`Error::NotFound`] for a record without pictures too.
    pub fn manifest(&self, id: RecordId) -> Result<Value, Error> {
        let live = self.published(id)?;
        let readings = self.readings(&live)?;
        let canvases = self.canvases(&live, &readings)?;
        let label = texts(&live.document.title).ok_or(Error::NotFound)?;
        let mut work = Work::new(self.manifest_url(id)?, label, canvases);
        let first = live.document.assets.first().map(|asset| asset.id);
        work.summary = texts(&live.document.summary).map(Into::into);
        work.metadata = self.facts_of(&live);
        work.required_statement = credit(&live);
        work.rights = first.and_then(|asset| zoom::rights_of(&live, asset));
        work.providers = self.provider(&live)?.into_iter().collect();
        work.homepages = self.homepages(&live)?;
        work.nav_date = None;
        work.thumbnail = work.canvases.first().and_then(|canvas| canvas.thumbnail.clone());
        work.layout = match live.document.kind {
            Kind::PhotoSet => Some(Layout::Individuals),
            Kind::Publication if !readings.is_empty() => Some(Layout::Paged),
            _ => None,
        };
        work.outline = outline(&readings, &work.canvases);
        work.renderings = self.renderings(&live)?;
        let record = self.at(&format!("/api/v1/published/{}", live.id.key()))?;
        work.see_also = vec![SeeAlso {
            url: record,
            media_type: "application/json".to_owned(),
            label: None,
            profile: None,
        }];
        work.json().map_err(|error| match error {
            IiifError::NoCanvas => Error::NotFound,
            other => other.into(),
        })
    }

    fn manifest_url(&self, id: RecordId) -> Result<Url, Error> {
        self.at(&format!("/iiif/presentation/3/{}/manifest", id.key()))
    }

    fn at(&self, path: &str) -> Result<Url, Error> {
        Ok(format!("{}{path}", self.settings.public_url).parse()?)
    }

    /// A canvas for each page of a publication, in its order, as far as it can be drawn.
    fn page_canvases(
        &self,
        live: &LiveRecord,
        asset: &Asset,
        reading: &Reading,
    ) -> Result<Vec<Canvas>, Error> {
        let mut canvases = Vec::new();
        let id = self.manifest_url(live.id)?;
        for (number, page) in (1_u32..).zip(&reading.pages).take(PAGES) {
            let Some((width, height)) = page.size.map(shape) else { continue };
            let Some(full) = Size::new(width, height) else { continue };
            let picture = |width: u32| -> Result<Image, Error> {
                let (across, down) = pictures::shown(width, full.width(), full.height());
                let path = format!("/media/{}/page-{number}-{width}.jpg", asset.id.key());
                Ok(Image {
                    url: self.at(&path)?,
                    media_type: "image/jpeg".to_owned(),
                    size: Size::new(across, down),
                    service: None,
                })
            };
            let label = number.to_string();
            canvases.push(Canvas {
                id: format!("{id}/canvas/{}/{number}", asset.id.key()).parse()?,
                label: LangText::new([("none", label.as_str())]),
                thumbnail: Some(picture(320)?),
                content: Content::Image { image: picture(1600)?, canvas: full },
            });
        }
        Ok(canvases)
    }

    /// What the publications of a record say, by asset.
    fn readings(&self, live: &LiveRecord) -> Result<Vec<(AssetId, Reading)>, Error> {
        let record = self.store.record(live.id)?.map(|found| found.value);
        let mut out = Vec::new();
        for asset in live.document.assets.iter().map(|asset| asset.id) {
            let is_public = live.files.get(&asset).is_some_and(|file| file.pages.is_some());
            let file = record.as_ref().and_then(|record| record.files.get(&asset));
            if let Some(file) = file.filter(|_| is_public) {
                out.push((asset, self.media.reading(&file.original)?));
            }
        }
        Ok(out)
    }

    /// A canvas for each picture, page, film and recording, in the record's order; stand-ins are
    /// none of them.
    fn canvases(
        &self,
        live: &LiveRecord,
        readings: &[(AssetId, Reading)],
    ) -> Result<Vec<Canvas>, Error> {
        let mut canvases = Vec::new();
        for asset in &live.document.assets {
            if let Some((_, reading)) = readings.iter().find(|(id, _)| *id == asset.id) {
                canvases.extend(self.page_canvases(live, asset, reading)?);
                continue;
            }
            let stands_in = matches!(asset.role, AssetRole::Thumbnail | AssetRole::Poster);
            let release = live.files.get(&asset.id).filter(|_| !stands_in);
            let Some(release) = release else { continue };
            let Some(content) = self.content(asset, release)? else { continue };
            let id = self.manifest_url(live.id)?;
            let size = size_of(release).filter(|_| release.is_seen());
            canvases.push(Canvas {
                id: format!("{id}/canvas/{}", asset.id.key()).parse()?,
                label: texts(&asset.caption),
                thumbnail: size.map(|size| self.picture(asset, 320, size)).transpose()?,
                content,
            });
        }
        Ok(canvases)
    }

    /// What is seen or heard in a file, if anything is.
    fn content(&self, asset: &Asset, release: &Release) -> Result<Option<Content>, Error> {
        let media_type = release.media_type.clone();
        let length = release.duration.map(Duration::from_millis).and_then(Seconds::new);
        let url = || self.at(&format!("/media/{}/{}", asset.id.key(), release.name));
        Ok(match (media_type.split('/').next(), size_of(release), length) {
            (Some("image"), Some(size), _) => {
                Some(Content::Image { image: self.picture(asset, 1600, size)?, canvas: size })
            }
            (Some("video"), Some(size), Some(duration)) => {
                Some(Content::Video { url: url()?, media_type, size, duration })
            }
            (Some("audio"), _, Some(duration)) => {
                Some(Content::Sound { url: url()?, media_type, duration })
            }
            _ => None,
        })
    }

    fn picture(&self, asset: &Asset, width: u32, full: Size) -> Result<Image, Error> {
        let (shown_width, shown_height) = pictures::shown(width, full.width(), full.height());
        Ok(Image {
            url: self.at(&format!("/media/{}/{width}.jpg", asset.id.key()))?,
            media_type: "image/jpeg".to_owned(),
            size: Size::new(shown_width, shown_height),
            service: Some(zoom::service_url(&self.settings.public_url, asset.id)?),
        })
    }

    /// What is known of a record in pairs of a label and a text.
    fn facts_of(
        &self,
        live: &LiveRecord,
    ) -> Vec<(LangText, crate::exchange::iiif::manifest::RichText)> {
        let label = |vi: &'static str, en: &'static str| LangText::new([("vi", vi), ("en", en)]);
        let plain = |text: &str| LangText::new([("none", text)]);
        let catalog = self.catalog();
        let places = live.document.places.iter();
        let places = places.filter_map(|place| texts(&place.name)).next();
        let topics = catalog.vocabulary("topics").and_then(|list| {
            let term = list.term(live.document.topics.first()?)?;
            texts(&term.label)
        });
        let pairs = [
            (label("Mã số", "Identifier"), plain(&live.local_id)),
            (label("Lĩnh vực", "Topic"), topics),
            (label("Địa danh", "Place"), places),
            (label("Thời gian", "Date"), live.document.created.as_deref().and_then(plain)),
            (label("Đơn vị", "Contributor"), texts(&live.agency.name)),
        ];
        pairs.into_iter().filter_map(|(label, text)| Some((label?, text?.into()))).collect()
    }

    fn provider(&self, live: &LiveRecord) -> Result<Option<Provider>, Error> {
        let Some(name) = texts(&live.managing.name) else { return Ok(None) };
        let id = self.at("/")?;
        Ok(Some(Provider { id, name, homepages: Vec::new(), logo: None }))
    }

    fn homepages(&self, live: &LiveRecord) -> Result<Vec<Homepage>, Error> {
        let mut pages = Vec::new();
        for (lang, title) in live.document.title.iter() {
            let Some(label) = LangText::new([(lang.as_str(), title.as_str())]) else { continue };
            pages.push(Homepage {
                url: self.page_url(lang.as_str(), live.id).parse()?,
                label,
                languages: vec![lang.to_string()],
            });
        }
        Ok(pages)
    }

    /// Publications and whatever else can be taken as a file.
    fn renderings(&self, live: &LiveRecord) -> Result<Vec<Rendering>, Error> {
        let mut all = Vec::new();
        for asset in &live.document.assets {
            let file = live.files.get(&asset.id);
            let Some(file) = file.filter(|file| !pictures::has(&file.media_type)) else { continue };
            let name = texts(&asset.caption).or_else(|| LangText::new([("none", &file.name)]));
            let Some(label) = name else { continue };
            all.push(Rendering {
                url: self.at(&format!("/media/{}/{}", asset.id.key(), file.name))?,
                media_type: file.media_type.clone(),
                label,
                languages: asset.lang.iter().map(ToString::to_string).collect(),
            });
        }
        Ok(all)
    }
}

/// The table of contents of a record's only publication, if that is all that it shows.
fn outline(readings: &[(AssetId, Reading)], canvases: &[Canvas]) -> Option<Outline> {
    let [(_, Reading { pages, outline, .. })] = readings else { return None };
    if pages.len() != canvases.len() {
        return None;
    }
    let headings = outline.iter().filter_map(|entry| {
        let label = LangText::new([("none", entry.title.as_str())])?;
        Some(Heading { level: entry.level, label, page: entry.page? })
    });
    let label = LangText::new([("vi", "Mục lục"), ("en", "Contents")])?;
    Some(Outline { label, headings: headings.collect() })
}

fn texts(all: &Localized<String>) -> Option<LangText> {
    LangText::new(all.iter().map(|(lang, text)| (lang.as_str(), text.as_str())))
}

fn size_of(release: &Release) -> Option<Size> {
    Size::new(release.width?, release.height?)
}

/// The credit line, which must be shown.
fn credit(live: &LiveRecord) -> Option<(LangText, crate::exchange::iiif::manifest::RichText)> {
    let rights = &live.document.rights;
    let line = texts(&rights.credit).or_else(|| texts(&rights.holder))?;
    Some((LangText::new([("vi", "Nguồn"), ("en", "Credit")])?, line.into()))
}
