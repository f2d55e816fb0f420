//! Making a draft live, and taking a live record back: releases first, then the exported form,
//! then one write.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Catalog, Error, Services, desk::Wish};
use crate::{
    domain::{
        account::Actor,
        clock,
        document::Document,
        id::{AssetId, RecordId},
        lang::Localized,
        profile::Mandate,
        record::{
            AgencyName, Correction, Departed, Live, LiveRecord, MediaFile, Record, Release,
            Tombstone,
        },
    },
    exchange::national,
    store::{ExportProblem, Found, Public, RecordChange, Rendered},
};

impl Services {
    /// The change that makes the draft live.
    pub(super) fn publication(
        &self,
        actor: &Actor,
        found: Found<Record>,
        wish: &Wish,
        now: Timestamp,
    ) -> Result<RecordChange, Error> {
        let correction = wish.correction.as_ref();
        let (record, live) = self.made_live(found.value.clone(), correction, now)?;
        Ok(self.public_change((actor, "record.publish"), Some(found), record, live))
    }

    /// The record with its draft live, and what the public sees then.
    pub(super) fn made_live(
        &self,
        mut record: Record,
        correction: Option<&Localized<String>>,
        now: Timestamp,
    ) -> Result<(Record, LiveRecord), Error> {
        let draft = record.draft.take().ok_or(Error::NotFound)?;
        let before = if record.version == 0 { None } else { self.store.live(record.id)? };
        let mut corrections = before.map(|live| live.corrections).unwrap_or_default();
        let local_id = match &record.local_id {
            Some(local_id) => local_id.clone(),
            None => self.next_local_id(now)?,
        };
        record.local_id = Some(local_id.clone());
        record.revision = record.revision.saturating_add(1);
        record.version = record.version.saturating_add(1);
        record.modified = now;
        record.live = Live::Published;
        let published = *record.published.get_or_insert(now);
        let document = draft.document.outside();
        corrections.extend(correction.map(|note| Correction {
            version: record.version,
            at: now,
            note: note.clone(),
        }));
        let mut live = LiveRecord {
            id: record.id,
            local_id,
            agency: self.named(record.agency.as_str()),
            managing: self.managing(now)?,
            version: record.version,
            published,
            modified: now,
            files: BTreeMap::new(),
            document,
            attested: now,
            stale: draft.stale,
            corrections,
        };
        live.files = self.releases(&live, &record.files)?;
        Ok((record, live))
    }

    /// The change that writes a record together with its new public side.
    pub(super) fn public_change(
        &self,
        (actor, action): (&Actor, &str),
        before: Option<Found<Record>>,
        record: Record,
        live: LiveRecord,
    ) -> RecordChange {
        let export = self.rendered(&live);
        // The line of a record without a draft shows its live text, which is this one.
        let line = record.summary(&live.document);
        let mut change = self.change(actor, action, before, Some(record));
        change.summary.1 = Some(line);
        change.ends = super::expire::first_end(&live.document);
        change.public = Some(Public::Live(Box::new(live), export));
        change
    }

    /// The exported form of a live record, or why it has none.
    pub(super) fn rendered(&self, live: &LiveRecord) -> Result<Rendered, Vec<ExportProblem>> {
        let catalog = self.catalog();
        let context = self.export_context(&catalog).map_err(|error| vec![fault(&error)])?;
        match national::render(live, &context) {
            Ok(rendered) => raw(rendered.json).map_err(|error| vec![fault(&error)]),
            Err(problems) => Err(problems
                .into_iter()
                .map(|p| ExportProblem { pointer: p.pointer, code: p.code, message: p.message })
                .collect()),
        }
    }

    /// The change that takes the live record back.
    pub(super) fn withdrawal(
        &self,
        actor: &Actor,
        found: Found<Record>,
        wish: &Wish,
        now: Timestamp,
    ) -> Result<RecordChange, Error> {
        let live = self.store.live(found.value.id)?.ok_or(Error::NotFound)?;
        let reason = wish.reason.ok_or(Error::NotFound)?;
        if let Some(other) = wish.replaced_by {
            self.must_be_live(other)?;
        }
        let record = Record {
            draft: None,
            live: Live::Withdrawn,
            revision: found.value.revision.saturating_add(1),
            version: found.value.version.saturating_add(1),
            modified: now,
            departed: Some(Departed { note: wish.note.clone(), ..self.departed(found.value.id)? }),
            ..found.value.clone()
        };
        let stone = Tombstone {
            id: record.id,
            local_id: live.local_id.clone(),
            kind: live.document.kind,
            version: record.version,
            managing: self.managing(now)?,
            at: now,
            reason,
            purge: wish.purge,
            replaced_by: wish.replaced_by,
        };
        let export = self.rendered_tombstone(&stone)?;
        let was = found.value.summary(&live.document);
        let now_line = record.summary(&Document { title: Default::default(), ..live.document });
        let mut change = self.change(actor, "record.withdraw", Some(found), Some(record));
        change.summary = (change.summary.0.or(Some(was)), Some(now_line));
        change.public = Some(Public::Gone(stone, export));
        Ok(change)
    }

    /// What was never exported needs no tombstone in the export.
    pub(super) fn rendered_tombstone(&self, stone: &Tombstone) -> Result<Option<Rendered>, Error> {
        if self.store.export_line(stone.id)?.is_none() {
            return Ok(None);
        }
        let catalog = self.catalog();
        let rendered = national::tombstone(stone, &self.export_context(&catalog)?)
            .map_err(|problems| Error::Internal(format!("a tombstone fails: {problems:?}")))?;
        Ok(Some(raw(rendered.json)?))
    }

    fn must_be_live(&self, id: RecordId) -> Result<(), Error> {
        if self.store.live(id)?.is_some() {
            return Ok(());
        }
        let text = ("Không có tư liệu đã công bố này.", "There is no such published record.");
        Err(Error::field("/replacedBy", "unknown-record", text))
    }

    /// The cleaned copies of all files that may leave; bytes first, row second.
    fn releases(
        &self,
        live: &LiveRecord,
        files: &BTreeMap<AssetId, MediaFile>,
    ) -> Result<BTreeMap<AssetId, Release>, Error> {
        let mut releases = BTreeMap::new();
        for asset in &live.document.assets {
            let Some(file) = files.get(&asset.id) else { continue };
            let placeholder = self.placeholder(file)?;
            let made = self.media.release(&file.original, &self.packets(live, asset))?;
            let release = Release {
                digest: made.stored.digest,
                bytes: made.stored.bytes,
                name: release_name(&live.local_id, asset.id, made.media_type),
                media_type: made.media_type.to_owned(),
                width: made.size.map(|(width, _height)| width),
                height: made.size.map(|(_width, height)| height),
                pages: file.pages,
                cover: self.cover(file),
                duration: file.duration,
                placeholder,
            };
            releases.insert(asset.id, release);
        }
        Ok(releases)
    }

    fn named(&self, code: &str) -> AgencyName {
        let catalog = self.catalog();
        let agency = catalog.agency(code);
        AgencyName {
            code: agency.map_or_else(
                || catalog.profile.province.agency_code.clone(),
                |agency| agency.code.clone(),
            ),
            name: agency.map(|agency| agency.name.clone()).unwrap_or_default(),
        }
    }

    /// Whether anything can be published today: the profile has to name who manages the system.
    #[must_use]
    pub fn is_managed(&self) -> bool {
        self.managing(self.now()).is_ok()
    }

    /// Who manages the system at this instant, by the profile.
    pub(super) fn managing(&self, now: Timestamp) -> Result<AgencyName, Error> {
        let day = now.to_zoned(clock::vietnam()).date();
        let catalog = self.catalog();
        let charged = catalog.profile.charged(Mandate::Managing, day);
        let charged = charged.ok_or_else(|| {
            let text = (
                "Hồ sơ tỉnh chưa ghi cơ quan chủ trì quản lý cho ngày này.",
                "The profile names no managing agency for this day.",
            );
            Error::conflict("no-managing-agency", text)
        })?;
        Ok(AgencyName { code: charged.code.clone(), name: charged.name.clone() })
    }

    /// What the exported form needs to know beside the record.
    pub(super) fn export_context<'a>(
        &'a self,
        catalog: &'a Catalog,
    ) -> Result<national::Context<'a>, Error> {
        let list = |name: &str| {
            let found = catalog.vocabulary(name);
            found.ok_or_else(|| Error::Internal(format!("there is no vocabulary {name}")))
        };
        Ok(national::Context {
            validator: &self.national,
            system: &self.settings.public_url,
            profile: &catalog.profile,
            topics: list("topics")?,
            channels: list("channels")?,
            places: list("places")?,
        })
    }
}

/// The name to save a release under: `dlk-2026-000317-5f0c9a1e.jpg`, with the end of the asset's id,
/// so that it stays when files change places. The original's name stays here; it may tell of people
/// and places that are nobody's business.
fn release_name(local_id: &str, asset: AssetId, media_type: &str) -> String {
    let ending = match media_type {
        "image/jpeg" => "jpg",
        "audio/mpeg" => "mp3",
        "audio/mp4" => "m4a",
        other => other.split('/').next_back().unwrap_or("bin"),
    };
    let id = asset.to_string();
    let (_rest, end) = id.split_at(id.len().saturating_sub(8));
    format!("{}-{end}.{ending}", local_id.to_lowercase())
}

fn raw(json: String) -> Result<Rendered, Error> {
    serde_json::value::RawValue::from_string(json)
        .map(Rendered)
        .map_err(|error| Error::Internal(format!("a rendered form is no JSON: {error}")))
}

fn fault(error: &Error) -> ExportProblem {
    let message = crate::domain::message::Message::new(
        format!("Lỗi khi tạo bản xuất: {error}"),
        format!("The exported form failed: {error}"),
    );
    ExportProblem { pointer: String::new(), code: "render".to_owned(), message }
}
