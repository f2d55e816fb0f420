//! The desk: submit, sign off, return, approve, schedule, publish, withdraw, reopen.

use jiff::Timestamp;

use super::{Error, Services, checks, looks::Looking, upload::write_error};
use crate::{
    domain::{
        account::{Actor, Role},
        clock,
        digest::Digest,
        finding::Finding,
        id::RecordId,
        lang::{Lang, Localized},
        lifecycle::{Action, Facts, Refusal, Step, decide},
        record::{Draft, DraftState, Record, WithdrawReason},
        review::{Assignment, Care, Clearing},
    },
    store::{Found, RecordChange, Tree},
};

/// So many reasons of one return are kept.
const MOST_REASONS: usize = 20;

/// So many people look after one record.
const MOST_ASSIGNMENTS: usize = 50;

/// What is asked of the desk, with what is said to it.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What is to be done.
    pub action: Action,
    /// The reasons of a return, or a word to the next one.
    pub note: Option<String>,
    /// Why a draft is returned: codes of the vocabulary `return-reasons`.
    pub reasons: Vec<String>,
    /// What the reviewer confirms when approving.
    pub care: Option<Care>,
    /// Whom a record is given to; nobody = it is taken back.
    pub to: Option<String>,
    /// In which language; none = as a whole.
    pub lang: Option<Lang>,
    /// When a scheduled draft goes out; absent = when its embargo ends.
    pub at: Option<Timestamp>,
    /// Why a record is withdrawn.
    pub reason: Option<WithdrawReason>,
    /// Whether receivers must delete their copies of a withdrawn record.
    pub purge: bool,
    /// The record that takes a withdrawn one's place.
    pub replaced_by: Option<RecordId>,
    /// What a new version corrects, for the public; in Vietnamese and a foreign language.
    pub correction: Option<Localized<String>>,
    /// The revision that the caller read, where they care.
    pub seen: Option<u32>,
}

/// All that can be said of a record's text.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Findings on the draft, the heaviest first; none without a draft.
    pub findings: Vec<Finding>,
    /// Its tier, and the steps that would raise it.
    pub quality: checks::Quality,
    /// How each language stands.
    pub completeness: checks::Completeness,
}

impl Wish {
    /// Nothing but the action.
    #[must_use]
    pub const fn plain(action: Action) -> Self {
        Self {
            action,
            note: None,
            reasons: Vec::new(),
            care: None,
            to: None,
            lang: None,
            at: None,
            reason: None,
            purge: false,
            replaced_by: None,
            correction: None,
            seen: None,
        }
    }
}

impl Services {
    /// What the checks say of the record's draft.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub fn findings(&self, actor: &Actor, id: RecordId) -> Result<Examined, Error> {
        let found = self.allowed(actor, id, Action::Read)?;
        let record = found.value;
        let findings = self.checked(&record, Looking::Later)?.findings;
        let (catalog, words) = (self.catalog(), self.words.now());
        let context = checks::Context { catalog: &catalog, words: &words, now: self.now() };
        let document = self.shown(record.clone())?.document;
        let quality = checks::quality(context, &document, &record.files, &findings);
        let draft = record.draft.as_ref();
        let completeness = checks::completeness(&catalog.profile, &document, draft);
        Ok(Examined { findings, quality, completeness })
    }

    /// What the checks say of a draft or, without one, of what is public; nothing of a withdrawn
    /// record.
    pub(super) fn checked(&self, record: &Record, looking: Looking) -> Result<checks::Said, Error> {
        let public;
        let draft = match &record.draft {
            Some(draft) => draft,
            // What is public is looked at as if it were a draft.
            None => match self.public_draft(record)? {
                Some(draft) => {
                    public = draft;
                    &public
                }
                None => return Ok(checks::Said { findings: Vec::new(), flags: None }),
            },
        };
        let (catalog, words) = (self.catalog(), self.words.now());
        let context = checks::Context { catalog: &catalog, words: &words, now: self.now() };
        let duplicates = self.duplicates(record, &draft.document)?;
        let looks = self.looked(record, &draft.document, looking)?;
        let subject = checks::Subject { record, draft, duplicates: &duplicates, looks: &looks };
        Ok(checks::findings(context, subject))
    }

    /// Does what is asked, if the rule lets the actor.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what they may not see, [`Error::Refused`] with the rule that stands
    /// against it, [`Error::Findings`] with all that hold it back, [`Error::Stale`].
    pub fn transition(&self, actor: &Actor, id: RecordId, wish: &Wish) -> Result<Record, Error> {
        let found = self.store.record(id)?.ok_or(Error::NotFound)?;
        // Seen or not is judged before anything is said of the record.
        let now = self.now();
        let profile = self.catalog().profile.clone();
        decide(actor, &self.facts(&found.value, 0), Action::Read, &profile, now)?;
        if wish.seen.is_some_and(|seen| seen != found.value.revision) {
            return Err(Error::Stale);
        }
        let mut record = found.value.clone();
        if let (Action::Approve, Some(draft)) = (wish.action, &mut record.draft) {
            draft.care.clone_from(&wish.care);
        }
        let checks::Said { findings, flags } = self.checked(&record, Looking::at(wish.action))?;
        let mut facts = self.facts(&record, checks::blocks(&findings, wish.action));
        if wish.action == Action::Publish && actor.name != "system" {
            facts.scheduled_for = None;
        }
        let step = self.judged(actor, &facts, wish.action, &findings)?;
        self.require(wish, &found.value, now)?;
        let change = match step {
            Step::Live => self.publication(actor, found, wish, now)?,
            Step::Withdrawn => self.withdrawal(actor, found, wish, now)?,
            Step::Draft(_) | Step::Stay => {
                let state = if let Step::Draft(state) = step { Some(state) } else { None };
                let mut change = self.moved(actor, found, wish, state);
                if let Some(record) = &mut change.record {
                    self.given(actor, record, wish)?;
                    said_of_flags(actor, record, wish, flags, now)?;
                }
                change.summary.1 =
                    change.record.as_ref().and_then(|r| self.line(r)).or(change.summary.1);
                change
            }
            Step::Dropped | Step::Purged => return Err(Error::Refused(Refusal::State)),
        };
        let change = self.numbered(change, step)?;
        self.written(change)
    }

    /// What the rule must know of a record today.
    pub(super) fn facts<'a>(&self, record: &'a Record, blocks: usize) -> Facts<'a> {
        let today = self.now().to_zoned(clock::vietnam()).date();
        let heir = self.catalog().heir(&record.agency, today);
        Facts { heir, ..Facts::of(record, blocks) }
    }

    /// Puts an assignment in its place, or takes it away.
    fn given(&self, actor: &Actor, record: &mut Record, wish: &Wish) -> Result<(), Error> {
        if wish.action != Action::Assign {
            return Ok(());
        }
        let Some(to) = &wish.to else {
            record.assignments.retain(|given| given.lang != wish.lang);
            return Ok(());
        };
        let text = ("Không có người dùng này.", "There is no such user.");
        let unknown = || Error::field("/to", "unknown-user", text);
        let user = self.store.user(to)?.map(|found| found.value).filter(|user| !user.disabled);
        let user = user.ok_or_else(unknown)?;
        if wish.lang.is_some() && !user.roles.contains(&Role::Translator) {
            let text = ("Người này không phải biên dịch.", "This user is no translator.");
            return Err(Error::field("/to", "not-a-translator", text));
        }
        // Nobody comes to see a record only because it was given to them as a whole.
        let facts = Facts { assigned: &[], ..self.facts(record, 0) };
        let sees =
            decide(&Actor::from(&user), &facts, Action::Read, &self.catalog().profile, self.now());
        if wish.lang.is_none() && sees.is_err() {
            let text = ("Người này không được xem tư liệu.", "This user may not see the record.");
            return Err(Error::field("/to", "may-not-see", text));
        }
        record
            .assignments
            .retain(|given| given.lang != wish.lang || (given.lang.is_some() && given.to != *to));
        if MOST_ASSIGNMENTS <= record.assignments.len() {
            let text = ("Nhiều nhất 50 người được giao.", "At most 50 assignments.");
            return Err(Error::field("/to", "too-many", text));
        }
        record.assignments.push(Assignment {
            to: to.clone(),
            lang: wish.lang.clone(),
            by: actor.name.clone(),
            at: record.modified,
            note: wish.note.clone(),
        });
        Ok(())
    }

    /// What becomes of a record with these facts if `actor` does `action` now; where its findings
    /// hold it back, they are told in full.
    pub(super) fn judged(
        &self,
        actor: &Actor,
        facts: &Facts<'_>,
        action: Action,
        findings: &[Finding],
    ) -> Result<Step, Error> {
        let step = decide(actor, facts, action, &self.catalog().profile, self.now());
        step.map_err(|refusal| match refusal {
            Refusal::Findings => Error::Findings(held(findings, action)),
            other => other.into(),
        })
    }

    /// What must be said with some actions.
    pub(super) fn require(
        &self,
        wish: &Wish,
        record: &Record,
        now: Timestamp,
    ) -> Result<(), Error> {
        let said = wish.note.as_deref().is_some_and(|note| !note.trim().is_empty());
        let missing = |pointer: &str, text| Err(Error::field(pointer, "required", text));
        if MOST_REASONS < wish.reasons.len() {
            let text = ("Nhiều nhất 20 lý do.", "At most 20 reasons.");
            return Err(Error::field("/reasons", "too-many", text));
        }
        let unknown =
            wish.reasons.iter().position(|code| !self.catalog().has("return-reasons", code));
        if let Some(at) = unknown {
            let text = (
                "Không có lý do này trong danh mục return-reasons.",
                "There is no such reason in the vocabulary return-reasons.",
            );
            return Err(Error::field(&format!("/reasons/{at}"), "unknown-term", text));
        }
        match wish.action {
            Action::Return if !said && wish.reasons.is_empty() => {
                missing("/note", ("Hãy ghi lý do trả lại.", "Say why it is returned."))
            }
            Action::Clear | Action::Refuse if !said => {
                missing("/note", ("Hãy ghi lý do.", "Say why."))
            }
            Action::Withdraw if wish.reason.is_none() => missing(
                "/reason",
                (
                    "Hãy chọn lý do gỡ bỏ: expired, corrected, rights, error, legal-order, merged.",
                    "Choose why: expired, corrected, rights, error, legal-order, merged.",
                ),
            ),
            Action::Approve => self.known_ticks(wish, record),
            Action::Publish => self.fit_to_be_said(wish),
            Action::Schedule => ahead(wish, record, now),
            _ => Ok(()),
        }
    }

    /// A correction goes out with the record, so it is screened like it.
    fn fit_to_be_said(&self, wish: &Wish) -> Result<(), Error> {
        let words = self.words.now();
        let texts = wish.correction.iter().flat_map(Localized::iter);
        let secret = texts.into_iter().find(|(_, text)| words.is_secret(text));
        let Some((lang, _)) = secret else { return Ok(()) };
        let text = (
            "Nội dung đính chính có dấu hiệu bí mật nhà nước.",
            "The correction may hold a state secret.",
        );
        Err(Error::field(&format!("/correction/{lang}"), "secrecy", text))
    }

    /// Ticks are of the checklist, maps of the record.
    fn known_ticks(&self, wish: &Wish, record: &Record) -> Result<(), Error> {
        let Some(care) = &wish.care else { return Ok(()) };
        let catalog = self.catalog();
        if let Some(code) = care.ticks.iter().find(|code| !catalog.has("care-checklist", code)) {
            let text = (
                format!("Không có mục “{code}” trong danh mục care-checklist."),
                format!("There is no “{code}” in the vocabulary care-checklist."),
            );
            return Err(Error::field("/care/ticks", "unknown-term", (&text.0, &text.1)));
        }
        if care.maps.iter().any(|asset| !record.files.contains_key(asset)) {
            let text = ("Tệp này không thuộc tư liệu.", "This file is not the record's.");
            return Err(Error::field("/care/maps", "unknown-asset", text));
        }
        Ok(())
    }

    /// The draft in its next place.
    fn moved(
        &self,
        actor: &Actor,
        found: Found<Record>,
        wish: &Wish,
        state: Option<DraftState>,
    ) -> RecordChange {
        let now = self.now();
        let mut record = found.value.clone();
        record.revision = record.revision.saturating_add(1);
        record.modified = now;
        if let Some(draft) = &mut record.draft {
            placed(draft, actor, wish, state, now);
        }
        let action = format!("record.{}", wish.action);
        self.change(actor, &action, Some(found), Some(record))
    }

    /// Gives the record its local id when it is first submitted.
    pub(super) fn numbered(
        &self,
        mut change: RecordChange,
        step: Step,
    ) -> Result<RecordChange, Error> {
        let submitted = matches!(step, Step::Draft(DraftState::Submitted) | Step::Live);
        let Some(record) = change.record.as_mut().filter(|r| submitted && r.local_id.is_none())
        else {
            return Ok(change);
        };
        let local_id = self.next_local_id(change.at)?;
        record.local_id = Some(local_id.clone());
        if let Some(line) = &mut change.summary.1 {
            line.local_id = Some(local_id);
        }
        Ok(change)
    }

    /// `DLK-2026-000317`: prefix, civil year in Vietnam, a number that rises within the year. A
    /// number whose write failed is left out.
    pub(super) fn next_local_id(&self, now: Timestamp) -> Result<String, Error> {
        let prefix = self.catalog().profile.local_id_prefix.clone();
        let year = clock::year(now);
        let mut last = self.local_ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = match *last {
            Some((of, n)) if of == year => n,
            _ => self.last_local_id(&prefix, year)?,
        };
        let n = before.saturating_add(1);
        *last = Some((year, n));
        Ok(format!("{prefix}-{year}-{n:06}"))
    }

    fn last_local_id(&self, prefix: &str, year: i16) -> Result<u64, Error> {
        let stem = format!("{prefix}-{year}-");
        let mut most = 0;
        // Seven digits sort before six: all of the year are looked at, once a start.
        for row in self.store.scan_prefix(Tree::LocalIds, &stem)? {
            let (key, _id) = row?;
            let text = String::from_utf8_lossy(&key);
            let n = text.strip_prefix(&stem).and_then(|digits| digits.parse().ok());
            most = most.max(n.unwrap_or(0));
        }
        Ok(most)
    }

    /// Publishes what is due; gives how many went out. A record that its findings hold back goes
    /// back to the reviewers with the reason.
    ///
    /// # Errors
    /// The store's.
    pub fn publish_due(&self) -> Result<usize, Error> {
        let now = self.now();
        let system = Actor::system();
        let mut out = 0_usize;
        for line in self.store.queue()? {
            if line.draft != Some(DraftState::Scheduled) {
                continue;
            }
            let Some(found) = self.store.record(line.id)? else { continue };
            let due = found.value.draft.as_ref().and_then(|draft| draft.scheduled_for);
            if due.is_none_or(|at| now < at) {
                continue;
            }
            match self.transition(&system, line.id, &Wish::plain(Action::Publish)) {
                Ok(_) => out = out.saturating_add(1),
                Err(error) => self.not_published(&system, found, &error)?,
            }
        }
        Ok(out)
    }

    fn not_published(
        &self,
        system: &Actor,
        found: Found<Record>,
        error: &Error,
    ) -> Result<(), Error> {
        tracing::warn!(record.id = %found.value.id, "a scheduled record was not published: {error}");
        let note = format!(
            "Không đăng được theo lịch ({error}). / It could not be published as scheduled ({error})."
        );
        let wish = Wish { note: Some(note), ..Wish::plain(Action::Reopen) };
        let change = self.moved(system, found, &wish, Some(DraftState::Submitted));
        self.save_one(change).map_err(write_error)?;
        Ok(())
    }
}

/// Puts a draft in its next place.
pub(super) fn placed(
    draft: &mut Draft,
    actor: &Actor,
    wish: &Wish,
    state: Option<DraftState>,
    now: Timestamp,
) {
    // These leave a draft where it stands; what is said to them is kept with what they make.
    if matches!(wish.action, Action::Assign | Action::Clear) {
        return;
    }
    draft.since = now;
    draft.by.clone_from(&actor.name);
    // A sign-off without a word of its own passes on what was said with the draft.
    if wish.action != Action::SignOff || wish.note.is_some() {
        draft.note.clone_from(&wish.note);
        draft.reasons.clone_from(&wish.reasons);
    }
    draft.state = state.unwrap_or(draft.state);
    match wish.action {
        Action::SignOff => draft.signed_off_by = Some(actor.name.clone()),
        Action::Approve => {
            draft.approved_by = Some(actor.name.clone());
            draft.care.clone_from(&wish.care);
        }
        Action::Return | Action::Reopen | Action::Refuse => {
            draft.approved_by = None;
            draft.scheduled_for = None;
        }
        Action::Schedule => draft.scheduled_for = due(wish.at, draft.document.embargoed_until),
        _ => {}
    }
}

/// Keeps what was said of flags: cleared, with the reason, or refused.
fn said_of_flags(
    actor: &Actor,
    record: &mut Record,
    wish: &Wish,
    flags: Option<Digest>,
    now: Timestamp,
) -> Result<(), Error> {
    let refused = match wish.action {
        Action::Clear => false,
        Action::Refuse => true,
        _ => return Ok(()),
    };
    // What was flagged once may be so no more.
    let flags = flags.ok_or(Error::Refused(Refusal::State))?;
    let last =
        record.clearings.iter().rev().find(|said| said.flags == flags && said.by == actor.name);
    if !refused && last.is_some_and(|said| !said.refused) {
        let text = (
            "Bạn đã xác nhận; còn cần một người khác.",
            "You have cleared it already; another person is needed.",
        );
        return Err(Error::conflict("already-cleared", text));
    }
    record.clearings.push(Clearing {
        by: actor.name.clone(),
        officer: actor.is(Role::Secrecy),
        at: now,
        reason: wish.note.clone().unwrap_or_default(),
        refused,
        flags,
    });
    Ok(())
}

/// A publication is scheduled for later.
fn ahead(wish: &Wish, record: &Record, now: Timestamp) -> Result<(), Error> {
    let embargo = record.draft.as_ref().and_then(|d| d.document.embargoed_until);
    match due(wish.at, embargo) {
        None => {
            let text = ("Hãy chọn thời điểm đăng.", "Say when it goes out.");
            Err(Error::field("/at", "required", text))
        }
        Some(at) if at <= now => {
            let text = ("Thời điểm đăng phải ở sau hiện tại.", "The time must be in the future.");
            Err(Error::field("/at", "past", text))
        }
        Some(_) => Ok(()),
    }
}

/// The later of what was asked for and the embargo's end.
fn due(asked: Option<Timestamp>, embargo: Option<Timestamp>) -> Option<Timestamp> {
    asked.into_iter().chain(embargo).max()
}

fn held(findings: &[Finding], action: Action) -> Vec<Finding> {
    findings.iter().filter(|finding| checks::holds(finding, action)).cloned().collect()
}
