//! Parts of published photos at any size: the IIIF Image API over the releases' tiles.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use lru::LruCache;
use serde_json::Value;

use super::{Error, Services, pictures};
use crate::{
    domain::{digest::Digest, id::AssetId, record::LiveRecord},
    exchange::iiif::image::{Bounds, Confined, Format, Info, Job, Quality, Request},
    exchange::iiif::{Rights, Size, Url, http},
    media::{
        rendition::Coding,
        tiles::{Colours, Tiles, View, ViewCoding},
    },
};

/// The most pixels of a picture that is given: what a browser shows on the largest screens, and what
/// can be put together in half a second.
const LARGEST: u64 = 16_000_000;

/// So many photos' tiles are kept open.
const OPEN: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// Bytes of pictures that are kept to be given again.
const KEPT: usize = 64 << 20;

/// Tiles that are open, and pictures that were put together.
pub(super) struct Zooms(Mutex<Cache>);

struct Cache {
    open: LruCache<Digest, Arc<Tiles>>,
    made: LruCache<(Digest, String), Arc<[u8]>>,
    bytes: usize,
}

impl Default for Zooms {
    fn default() -> Self {
        let (open, made) = (LruCache::new(OPEN), LruCache::unbounded());
        Self(Mutex::new(Cache { open, made, bytes: 0 }))
    }
}

impl Zooms {
    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all of it, as when a file must leave no trace.
    pub(super) fn clear(&self) {
        let mut cache = self.cache();
        cache.open.clear();
        cache.made.clear();
        cache.bytes = 0;
    }

    fn keep(&self, key: (Digest, String), bytes: &Arc<[u8]>) {
        let mut cache = self.cache();
        if let Some(before) = cache.made.put(key, Arc::clone(bytes)) {
            cache.bytes = cache.bytes.saturating_sub(before.len());
        }
        cache.bytes = cache.bytes.saturating_add(bytes.len());
        while KEPT < cache.bytes {
            let Some((_key, oldest)) = cache.made.pop_lru() else { break };
            cache.bytes = cache.bytes.saturating_sub(oldest.len());
        }
    }
}

/// A picture as it was asked for.
#[derive(Clone, Debug)]
pub struct Zoomed {
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    /// Such as `image/jpeg`.
    pub media_type: &'static str,
    /// What changes when its bytes do.
    pub etag: String,
    /// The value of its `Link` header.
    pub link: String,
}

/// A photo and its service.
struct Service {
    digest: Digest,
    tiles: Arc<Tiles>,
    size: Size,
    id: Url,
    rights: Option<Rights>,
}

impl Services {
    /// What is told of a published photo: `info.json` (Image API 3.0, section 5).
    ///
    /// # Errors
    /// [`Error::Gone`] once its record is withdrawn; [`Error::NotFound`] for what is no published
    /// photo.
    pub fn image_info(&self, identifier: &str) -> Result<Value, Error> {
        let service = self.image_service(identifier)?;
        let bounds = bounds();
        let info = Info {
            id: &service.id,
            picture: service.size,
            bounds: &bounds,
            sizes: &Info::halves(service.size),
            qualities: &[Quality::Color, Quality::Gray, Quality::Bitonal],
            preferred: &[Format::Webp, Format::Jpg],
            rights: service.rights.as_ref(),
        };
        Ok(info.json())
    }

    /// A published photo, or a part of it, as asked for (Image API 3.0, section 4).
    ///
    /// # Errors
    /// As [`Services::image_info`]; [`Error::Iiif`] for what cannot be given.
    pub fn image(&self, identifier: &str, request: &Request) -> Result<Zoomed, Error> {
        let service = self.image_service(identifier)?;
        let job = request.resolve(service.size, &bounds())?;
        let canonical = job.canonical(service.size, &bounds());
        let key = (service.digest.clone(), canonical);
        let kept = self.zooms.cache().made.get(&key).cloned();
        let bytes = match kept {
            Some(bytes) => bytes,
            None => {
                let bytes: Arc<[u8]> = self.media.view(&service.tiles, &view(&job))?.into();
                self.zooms.keep(key.clone(), &bytes);
                bytes
            }
        };
        let (digest, canonical) = key;
        Ok(Zoomed {
            bytes,
            media_type: job.format.media_type(),
            etag: format!("{digest}-{}", canonical.replace(['/', '"'], "-")),
            link: http::link(&service.id, &canonical),
        })
    }

    fn image_service(&self, identifier: &str) -> Result<Service, Error> {
        let asset: AssetId = identifier.parse().map_err(|_no_id| Error::NotFound)?;
        let owner = self.store.asset_owner(asset)?.ok_or(Error::NotFound)?;
        let live = self.published(owner)?;
        let release = live.files.get(&asset).filter(|file| pictures::has(&file.media_type));
        let digest = release.ok_or(Error::NotFound)?.digest.clone();
        let open = self.zooms.cache().open.get(&digest).cloned();
        let tiles = match open {
            Some(tiles) => tiles,
            None => {
                let tiles = Arc::new(self.media.tiles(&digest)?);
                self.zooms.cache().open.put(digest.clone(), Arc::clone(&tiles));
                tiles
            }
        };
        let (width, height) = tiles.size();
        let size = Size::new(width, height)
            .ok_or_else(|| Error::Internal("tiles of an empty picture".to_owned()))?;
        let id = service_url(&self.settings.public_url, asset)?;
        Ok(Service { digest, tiles, size, id, rights: rights_of(&live, asset) })
    }
}

/// Where a photo's image service is.
pub(super) fn service_url(public_url: &str, asset: AssetId) -> Result<Url, Error> {
    Ok(format!("{public_url}/iiif/3/{}", asset.key()).parse()?)
}

/// The licence of a file or of its record, or else its rights statement, where IIIF knows it.
pub(super) fn rights_of(live: &LiveRecord, asset: AssetId) -> Option<Rights> {
    let mut assets = live.document.assets.iter();
    let own = assets.find(|one| one.id == asset).and_then(|one| one.rights.as_ref());
    [own, Some(&live.document.rights)].into_iter().flatten().find_map(|rights| {
        let uris = [rights.license.as_deref(), rights.statement.as_deref()];
        uris.into_iter().flatten().find_map(|uri| uri.parse().ok())
    })
}

fn bounds() -> Bounds {
    Bounds { max_area: Some(LARGEST), confined: Confined::Refuse, ..Bounds::default() }
}

fn view(job: &Job) -> View {
    let area = job.region;
    View {
        region: (area.x, area.y, area.size.width(), area.size.height()),
        size: (job.size.width(), job.size.height()),
        mirrored: job.mirrored,
        degrees: job.turn.degrees(),
        colours: match job.quality {
            Quality::Default | Quality::Color => Colours::All,
            Quality::Gray => Colours::Grey,
            Quality::Bitonal => Colours::Two,
        },
        coding: match job.format {
            Format::Jpg => ViewCoding::Web(Coding::Jpeg),
            Format::Webp => ViewCoding::Web(Coding::WebP),
            Format::Png => ViewCoding::Png,
        },
    }
}
