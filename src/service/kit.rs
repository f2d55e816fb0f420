//! Press kits of published records, written while they are sent: one piece at a time is in memory,
//! whatever they hold.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Read as _,
};

use jiff::Timestamp;

use super::{Error, Services};
use crate::{
    domain::{
        digest::Digest,
        id::{AssetId, RecordId},
        lang::Lang,
        record::LiveRecord,
    },
    exchange::kit::{self, Archive, Entry, Manifest, Sent, Terms, What, Work},
    media::rendition::{Rendition, Size},
};

/// Bytes that are read and sent at once.
const PIECE: usize = 256 * 1024;

/// After so many bytes within one file it is asked again whether it may still be sent.
const ASKED_AGAIN: u64 = 16 << 20;

/// The vocabularies that name rights.
const RIGHTS: [&str; 2] = ["rights-statements", "licences"];

/// A kit that may be sent.
#[derive(Clone, Debug)]
pub struct Kit {
    /// What changes when its bytes do.
    pub etag: String,
    /// The name to save it under.
    pub name: String,
    langs: Vec<Lang>,
    parts: Vec<Part>,
    /// When the last of its records changed.
    at: Timestamp,
}

/// A record as it was when the kit was asked for.
#[derive(Clone, Debug)]
struct Part {
    id: RecordId,
    version: u32,
    digest: Digest,
    folder: String,
}

impl Services {
    /// The kit of published records, with texts in `langs` only (`zh` stands for `zh-Hans` too), or in
    /// all languages if there are none.
    ///
    /// # Errors
    /// The first record that is not public, with [`Error::Gone`] once it is withdrawn and
    /// [`Error::NotFound`] for everything else.
    pub fn kit(&self, ids: &[RecordId], langs: &[Lang]) -> Result<Kit, (RecordId, Error)> {
        let (mut parts, mut at) = (Vec::new(), Timestamp::MIN);
        let mut folders = BTreeSet::new();
        for id in ids {
            let named = |error: Error| (*id, error);
            let work = self.work(*id, langs).map_err(named)?;
            let digest = work.digest().map_err(|error| named(error.into()))?;
            let mut folder = work.folder();
            // No two records have one local id; if two did, neither would lose its files.
            if !folders.insert(folder.to_ascii_lowercase()) {
                folder = format!("{folder}-{}", id.key());
            }
            at = at.max(work.live.modified);
            parts.push(Part { id: *id, version: work.live.version, digest, folder });
        }
        let etag = kit::tag(parts.iter().map(|part| &part.digest)).to_string();
        let name = match parts.as_slice() {
            [part] => format!("{}.zip", part.folder),
            all => {
                let short: String = etag.chars().take(8).collect();
                format!("press-kit-{}-{short}.zip", all.len())
            }
        };
        Ok(Kit { etag, name, langs: langs.to_vec(), parts, at })
    }

    /// The kit's bytes, piece by piece. They end with an error as soon as one of its records is no
    /// longer what it was: what has been sent then is no archive.
    pub fn kit_stream(&self, kit: Kit) -> impl Iterator<Item = Result<Vec<u8>, Error>> + use<> {
        let manifest = Manifest::new(&self.settings.public_url);
        Stream {
            services: self.clone(),
            rest: kit.parts.clone().into_iter(),
            kit,
            archive: Some(Archive::default()),
            manifest,
            begun: false,
            work: None,
            open: None,
            seen: Cell::new(None),
            buffer: vec![0; PIECE],
        }
    }

    /// A published record as its kit tells it.
    fn work(&self, id: RecordId, langs: &[Lang]) -> Result<Work, Error> {
        let live = self.published(id)?;
        let wanted = |lang: &Lang| {
            let one = |wanted: &Lang| {
                let rest = lang.as_str().strip_prefix(wanted.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            };
            langs.is_empty() || langs.iter().any(one)
        };
        let langs: Vec<Lang> = live.document.languages().into_iter().filter(wanted).collect();
        let shown = langs.iter().cloned().chain([Lang::vi(), Lang::en()]);
        let pages = shown.map(|lang| (lang.clone(), self.page_url(lang.as_str(), id))).collect();
        let (terms, site) = (self.terms(&live), self.settings.public_url.clone());
        Ok(Work { live, langs, site, pages, terms })
    }

    /// What the vocabularies say of the rights that a record names.
    fn terms(&self, live: &LiveRecord) -> BTreeMap<String, Terms> {
        let catalog = self.catalog();
        let own = live.document.assets.iter().filter_map(|asset| asset.rights.as_ref());
        let all = own.chain([&live.document.rights]);
        let uris = all.flat_map(|rights| [&rights.statement, &rights.license]).flatten();
        let found = uris.filter_map(|uri| {
            let mut lists = RIGHTS.iter().filter_map(|name| catalog.vocabulary(name));
            let term = lists.find_map(|list| {
                let of = |extra: &BTreeMap<_, serde_json::Value>| {
                    extra.get("uri").is_some_and(|own| own.as_str() == Some(uri))
                };
                list.terms.iter().find(|term| of(&term.extra))
            })?;
            let adaptations = term.extra.get("adaptations").and_then(|word| word.as_str());
            let terms = Terms {
                label: term.label.clone(),
                commercial: term.extra.get("commercial").and_then(serde_json::Value::as_bool),
                adaptations: adaptations.map(ToOwned::to_owned),
            };
            Some((uri.clone(), terms))
        });
        found.collect()
    }
}

impl From<kit::Error> for Error {
    fn from(error: kit::Error) -> Self {
        Self::Internal(format!("a press kit: {error}"))
    }
}

/// A kit on its way.
struct Stream {
    services: Services,
    kit: Kit,
    /// None once all is sent or given up.
    archive: Option<Archive>,
    manifest: Manifest,
    begun: bool,
    rest: std::vec::IntoIter<Part>,
    /// The record that is being sent, and those of its files that are still to come.
    work: Option<(Work, std::vec::IntoIter<Entry>)>,
    open: Option<Open>,
    /// The number of the last write when all records were seen to be as they were.
    seen: Cell<Option<u64>>,
    buffer: Vec<u8>,
}

/// A file that is being sent.
struct Open {
    file: File,
    entry: Entry,
    /// What a release must be.
    digest: Option<Digest>,
    /// How many bytes went since it was last asked whether they may.
    since: u64,
}

impl Iterator for Stream {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut archive = self.archive.take()?;
        while archive.waiting() < PIECE {
            match self.step(&mut archive) {
                Ok(true) => {}
                Ok(false) => return Some(archive.finish().map_err(Error::from)),
                Err(error) => return Some(Err(error)),
            }
        }
        let piece = archive.take();
        self.archive = Some(archive);
        Some(Ok(piece))
    }
}

impl Stream {
    /// Writes some more; gives whether there is more to come.
    fn step(&mut self, archive: &mut Archive) -> Result<bool, Error> {
        if !std::mem::replace(&mut self.begun, true) {
            let text = self.manifest.readme();
            self.own(archive, Manifest::README, "text/plain; charset=utf-8", text.as_bytes())?;
        } else if let Some(open) = self.open.take() {
            self.go_on(archive, open)?;
        } else if let Some(entry) = self.work.as_mut().and_then(|(_, entries)| entries.next()) {
            self.entry(archive, entry)?;
        } else if let Some(part) = self.rest.next() {
            self.begin(&part)?;
        } else {
            self.end(archive)?;
            return Ok(false);
        }
        Ok(true)
    }

    /// Turns to the next record.
    fn begin(&mut self, part: &Part) -> Result<(), Error> {
        let work = self.services.work(part.id, &self.kit.langs)?;
        if work.digest()? != part.digest {
            return Err(Error::Stale);
        }
        self.manifest.record(&work, &part.folder);
        let entries = work.entries(&part.folder).into_iter();
        self.work = Some((work, entries));
        Ok(())
    }

    /// Begins a file of the record; a text is written at once.
    fn entry(&mut self, archive: &mut Archive, entry: Entry) -> Result<(), Error> {
        let Some((work, _)) = &self.work else { return Ok(()) };
        let at = work.live.modified;
        let (file, bytes, digest) = match &entry.what {
            What::Text(text) => {
                let bytes = work.compose(text)?;
                self.check()?;
                let sent = whole(archive, (&entry.path, at), &bytes)?;
                self.manifest.add_entry(work, &entry, &sent)?;
                return Ok(());
            }
            What::Release(asset) => self.services.release(&work.live, *asset)?,
            What::Picture(asset, width) => self.services.web_size(&work.live, *asset, *width)?,
        };
        self.check()?;
        if digest.is_some() {
            self.services.taken(work.live.id)?;
        }
        archive.begin(&entry.path, at, bytes)?;
        self.open = Some(Open { file, entry, digest, since: 0 });
        Ok(())
    }

    /// Sends some more of a file.
    fn go_on(&mut self, archive: &mut Archive, mut open: Open) -> Result<(), Error> {
        let read = open.file.read(&mut self.buffer).map_err(|error| Error::Media(error.into()))?;
        let piece = self.buffer.get(..read).unwrap_or_default();
        if !piece.is_empty() {
            archive.write(piece)?;
            open.since = open.since.saturating_add(u64::try_from(read).unwrap_or(0));
            if ASKED_AGAIN <= open.since {
                open.since = 0;
                self.check()?;
            }
            self.open = Some(open);
            return Ok(());
        }
        let sent = archive.end();
        if open.digest.as_ref().is_some_and(|wanted| *wanted != sent.digest) {
            return Err(Error::Internal(format!("{} is damaged on the disk", open.entry.path)));
        }
        if let Some((work, _)) = &self.work {
            self.manifest.add_entry(work, &open.entry, &sent)?;
        }
        Ok(())
    }

    fn end(&mut self, archive: &mut Archive) -> Result<(), Error> {
        let json = self.manifest.json()?;
        let sent = whole(archive, (Manifest::JSON, self.kit.at), &json)?;
        let sums = self.manifest.sums(&sent);
        whole(archive, (Manifest::SUMS, self.kit.at), sums.as_bytes())?;
        self.check()
    }

    /// Writes a file of the kit itself.
    fn own(
        &mut self,
        archive: &mut Archive,
        path: &str,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<(), Error> {
        let sent = whole(archive, (path, self.kit.at), bytes)?;
        Ok(self.manifest.add((path, media_type), None, &sent)?)
    }

    /// Whether all records are still what they were when the kit was asked for. They are looked at
    /// only if anything was written since.
    fn check(&self) -> Result<(), Error> {
        let head = self.services.store.head().n;
        if self.seen.get() == Some(head) {
            return Ok(());
        }
        for part in &self.kit.parts {
            if self.services.published(part.id)?.version != part.version {
                return Err(Error::Stale);
            }
        }
        self.seen.set(Some(head));
        Ok(())
    }
}

/// Writes an entry that is there as a whole.
fn whole(
    archive: &mut Archive,
    (path, at): (&str, Timestamp),
    bytes: &[u8],
) -> Result<Sent, Error> {
    archive.begin(path, at, u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
    archive.write(bytes)?;
    Ok(archive.end())
}

/// A file to be sent, how many bytes it has, and what they must be.
type Sending = (File, u64, Option<Digest>);

impl Services {
    fn release(&self, live: &LiveRecord, asset: AssetId) -> Result<Sending, Error> {
        let release = live.files.get(&asset).ok_or(Error::NotFound)?;
        let (file, bytes) = self.media.blobs().open_file(&release.digest)?;
        Ok((file, bytes, Some(release.digest.clone())))
    }

    fn web_size(&self, live: &LiveRecord, asset: AssetId, width: u32) -> Result<Sending, Error> {
        let size = Size::ALL.into_iter().find(|size| size.width() == width);
        let size = size.ok_or(Error::NotFound)?;
        let mut assets = live.document.assets.iter();
        let asset = assets.find(|one| one.id == asset).ok_or(Error::NotFound)?;
        let (file, _etag) = self.web_picture(live, asset, Rendition::jpeg(size))?;
        let bytes = file.metadata().map_err(|error| Error::Media(error.into()))?.len();
        Ok((file, bytes, None))
    }
}
