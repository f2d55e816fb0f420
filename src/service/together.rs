//! Working together on a record: comments, consultations, and what waits for whom.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{Error, Services, checks, looks::Looking, secret};
use crate::{
    domain::{
        account::{Actor, Role, words},
        agency::AgencyCode,
        clock,
        id::{AssetId, RecordId},
        lang::Lang,
        lifecycle::Action,
        record::{DraftState, Record, Summary},
        review::{Consultation, ConsultationAnswer, Outcome, Stale},
    },
    store::{Expect, Found, Intent, Row, StoreError, Tree},
};

/// Characters of a comment, a question or an answer at most.
const LONGEST: usize = 5_000;

/// Comments of one record at most.
const MOST: usize = 1_000;

/// How many tasks are told at once.
const TASKS: usize = 200;

/// What somebody says to a place in a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    /// Its id within the record.
    pub id: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The field, as a JSON Pointer; empty = the whole record.
    pub pointer: String,
    /// The paragraph of a longer text, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// What.
    pub text: String,
    /// The comment that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Who said that it is settled, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Resolved>,
}

/// Who settled a comment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Resolved {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A comment to be made.
#[derive(Clone, Debug, Default)]
pub struct Remark {
    /// The field, as a JSON Pointer; empty = the whole record.
    pub pointer: String,
    /// The paragraph of a longer text, from 1.
    pub paragraph: Option<u32>,
    /// What is said.
    pub text: String,
    /// The comment that it answers.
    pub reply_to: Option<String>,
}

words!(
    /// What waits for somebody.
    TaskKind,
    "write, mend, sign-off, translate, review, publish, clear",
    {
        /// A draft of theirs is not submitted yet.
        Write = "write",
        /// A record came back with reasons.
        Mend = "mend",
        /// A draft wants the leader's signature.
        SignOff = "sign-off",
        /// A language of a record is theirs to write.
        Translate = "translate",
        /// A submission wants to be judged.
        Review = "review",
        /// An approved record wants to be published.
        Publish = "publish",
        /// What was flagged wants to be cleared or refused.
        Clear = "clear",
    }
);

impl TaskKind {
    /// What others wait for comes first, what was only begun last.
    const fn rank(self) -> u8 {
        match self {
            Self::Clear => 0,
            Self::Mend => 1,
            Self::Review | Self::SignOff => 2,
            Self::Publish | Self::Translate => 3,
            Self::Write => 4,
        }
    }
}

/// One thing that waits for somebody.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// What is to be done.
    pub kind: TaskKind,
    /// With which record.
    pub record: Summary,
    /// The language to be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// Since when it waits.
    pub since: Timestamp,
    /// The last day on which it is in time, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Whether it was given to them by name.
    pub assigned: bool,
    /// Comments that are not settled.
    pub comments: usize,
}

/// So many times other bodies are asked about one record.
const MOST_CONSULTATIONS: usize = 100;

impl Services {
    /// What is said to a record, the oldest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub fn comments(&self, actor: &Actor, id: RecordId) -> Result<Vec<Comment>, Error> {
        self.allowed(actor, id, Action::Read)?;
        self.comments_of(id)
    }

    fn comments_of(&self, id: RecordId) -> Result<Vec<Comment>, Error> {
        let rows = self.store.scan_prefix(Tree::Comments, &format!("{}\0", id.key()))?;
        let comments = rows.map(|row| crate::store::decode(Tree::Comments, &row?.1));
        Ok(comments.collect::<Result<_, StoreError>>()?)
    }

    /// Says something to a field or paragraph of a record.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Refused`] as the rule says; [`Error::Invalid`] for an empty
    /// or too long text, an unknown comment to answer, or the thousand-and-first comment.
    pub fn comment(&self, actor: &Actor, id: RecordId, remark: &Remark) -> Result<Comment, Error> {
        let text = said("/text", &remark.text)?;
        // Somebody may save in between, or purge: what counts is the record as it is then.
        let mut left = 8_u8;
        loop {
            let found = self.allowed(actor, id, Action::Comment)?;
            match self.commented(actor, &found, remark, &text) {
                Err(Error::Stale) if 0 < left => left = left.saturating_sub(1),
                done => return done,
            }
        }
    }

    fn commented(
        &self,
        actor: &Actor,
        found: &Found<Record>,
        remark: &Remark,
        text: &str,
    ) -> Result<Comment, Error> {
        let id = found.value.id;
        if crate::text::forbidden_char(&remark.pointer).is_some() || remark.paragraph == Some(0) {
            let text = ("Vị trí không hợp lệ.", "This is no place.");
            return Err(Error::field("/pointer", "pointer", text));
        }
        if !remark.pointer.is_empty() && !remark.pointer.starts_with('/')
            || 300 < remark.pointer.chars().count()
        {
            let text = ("Phải là một JSON Pointer.", "This must be a JSON Pointer.");
            return Err(Error::field("/pointer", "pointer", text));
        }
        let known = self.comments_of(id)?;
        if MOST <= known.len() {
            let text = ("Tư liệu đã có quá nhiều ý kiến.", "The record has too many comments.");
            return Err(Error::field("", "too-many", text));
        }
        let answered = remark.reply_to.as_ref();
        if answered.is_some_and(|answered| known.iter().all(|comment| comment.id != *answered)) {
            let text = ("Không có ý kiến này.", "There is no such comment.");
            return Err(Error::field("/replyTo", "unknown-comment", text));
        }
        let now = self.now();
        let comment = Comment {
            id: AssetId::mint(now, secret::random()?).key(),
            by: actor.name.clone(),
            at: now,
            pointer: remark.pointer.clone(),
            paragraph: remark.paragraph,
            text: text.to_owned(),
            reply_to: remark.reply_to.clone(),
            resolved: None,
        };
        self.put_comment(actor, found, &comment, None)?;
        Ok(comment)
    }

    /// Says that a comment is settled.
    ///
    /// # Errors
    /// As for [`Services::comment`]; [`Error::NotFound`] for an unknown comment.
    pub fn resolve(&self, actor: &Actor, id: RecordId, comment: &str) -> Result<Comment, Error> {
        let record = self.allowed(actor, id, Action::Comment)?;
        let key = format!("{}\0{comment}", id.key());
        let found = self.store.find::<Comment>(Tree::Comments, key)?.ok_or(Error::NotFound)?;
        let mut settled = found.value;
        settled.resolved = Some(Resolved { by: actor.name.clone(), at: self.now() });
        self.put_comment(actor, &record, &settled, Some(found.bytes))?;
        Ok(settled)
    }

    fn put_comment(
        &self,
        actor: &Actor,
        record: &Found<Record>,
        comment: &Comment,
        before: Option<Vec<u8>>,
    ) -> Result<(), Error> {
        let id = record.value.id.key();
        let key = format!("{id}\0{}", comment.id);
        let action = if before.is_some() { "comment.resolve" } else { "comment.add" };
        let written = self.store.write(Intent {
            at: self.now(),
            actor: actor.name.clone(),
            action: action.to_owned(),
            from: actor.from,
            expects: vec![
                // What is purged meanwhile must get no comment any more.
                Expect::read(Tree::Records, id.clone(), Some(record.bytes.clone())),
                Expect::read(Tree::Comments, key.clone(), before),
            ],
            record: Some(id),
            rows: vec![Row::put(Tree::Comments, key, comment)?],
        });
        written.map_err(super::upload::write_error)?;
        Ok(())
    }

    /// Asks another body about a record.
    ///
    /// # Errors
    /// As the rule says; [`Error::Invalid`] for an unknown agency or no question.
    pub fn consult(
        &self,
        actor: &Actor,
        id: RecordId,
        agency: &AgencyCode,
        question: &str,
    ) -> Result<Record, Error> {
        let found = self.allowed(actor, id, Action::Consult)?;
        let question = said("/question", question)?;
        let today = self.now().to_zoned(clock::vietnam()).date();
        if !self.catalog().agency(agency.as_str()).is_some_and(|known| known.exists(today)) {
            let text = (
                "Không có đơn vị này, hoặc đơn vị không còn hoạt động.",
                "There is no such agency, or it is no more.",
            );
            return Err(Error::field("/agency", "unknown-agency", text));
        }
        let mut record = self.next(&found.value);
        if MOST_CONSULTATIONS <= record.consultations.len() {
            let text = ("Nhiều nhất 100 lần hỏi ý kiến.", "At most 100 consultations.");
            return Err(Error::field("", "too-many", text));
        }
        let n = u32::try_from(record.consultations.len()).unwrap_or(u32::MAX).saturating_add(1);
        record.consultations.push(Consultation {
            n,
            agency: agency.clone(),
            question,
            asked_by: actor.name.clone(),
            asked: self.now(),
            answer: None,
        });
        let change = self.change(actor, "record.consult", Some(found), Some(record));
        self.written(change)
    }

    /// Puts the answer to a consultation on file; a later one takes its place.
    ///
    /// # Errors
    /// As the rule says; [`Error::NotFound`] for an unknown consultation.
    pub fn answer(
        &self,
        actor: &Actor,
        id: RecordId,
        n: u32,
        (outcome, text): (Outcome, &str),
    ) -> Result<Record, Error> {
        let found = self.allowed(actor, id, Action::Consult)?;
        let text = said("/text", text)?;
        let mut record = self.next(&found.value);
        let asked = record.consultations.iter_mut().find(|asked| asked.n == n);
        asked.ok_or(Error::NotFound)?.answer =
            Some(ConsultationAnswer { outcome, text, by: actor.name.clone(), at: self.now() });
        let change = self.change(actor, "record.answer", Some(found), Some(record));
        self.written(change)
    }

    /// Says that a translation still says what its source says now.
    ///
    /// # Errors
    /// As for [`Services::save`]; [`Error::Conflict`] `nothing-behind` where it is not behind.
    pub fn confirm_translation(
        &self,
        actor: &Actor,
        id: RecordId,
        lang: &Lang,
    ) -> Result<Record, Error> {
        let found = self.allowed(actor, id, Action::Edit)?;
        let mut record = self.opened(actor, &found.value)?;
        self.may_write_lang(actor, &record, lang)?;
        let draft = record.draft.as_mut().ok_or(Error::NotFound)?;
        let before = draft.stale.len();
        draft.stale.retain(|mark: &Stale| mark.lang != *lang);
        if draft.stale.len() == before {
            let text = (
                "Bản dịch này không có đoạn nào chậm hơn bản gốc.",
                "Nothing in this translation is behind its source.",
            );
            return Err(Error::conflict("nothing-behind", text));
        }
        let change = self.change(actor, "record.confirm", Some(found), Some(record));
        self.written(change)
    }

    /// The record one revision on.
    fn next(&self, record: &Record) -> Record {
        Record {
            revision: record.revision.saturating_add(1),
            modified: self.now(),
            ..record.clone()
        }
    }

    /// What waits for the actor: what was given to them first, then what is due, then the oldest.
    ///
    /// # Errors
    /// The store's.
    pub fn tasks(&self, actor: &Actor) -> Result<Vec<Task>, Error> {
        let mut tasks = Vec::new();
        for line in self.store.queue()? {
            if tasks.len() < TASKS && self.may_list(actor, &line) && concerns(actor, &line) {
                let Some(found) = self.store.record(line.id)? else { continue };
                self.tasks_of(actor, &line, &found.value, &mut tasks)?;
            }
        }
        tasks.sort_by_key(|task| {
            (!task.assigned, task.due.is_none(), task.due, task.kind.rank(), task.since)
        });
        Ok(tasks)
    }

    fn tasks_of(
        &self,
        actor: &Actor,
        line: &Summary,
        record: &Record,
        tasks: &mut Vec<Task>,
    ) -> Result<(), Error> {
        let Some(draft) = &record.draft else { return Ok(()) };
        let profile = &self.catalog().profile;
        let given = record.assignments.iter().filter(|given| given.to == actor.name);
        let whole = given.clone().any(|given| given.lang.is_none());
        let waits = |action| {
            let facts = self.facts(record, 0);
            crate::domain::lifecycle::decide(actor, &facts, action, profile, self.now()).is_ok()
        };
        let unsigned = profile.gates.sign_off && draft.signed_off_by.is_none();
        let own = match draft.state {
            DraftState::Draft | DraftState::Returned if unsigned && waits(Action::SignOff) => {
                Some(TaskKind::SignOff)
            }
            DraftState::Draft if waits(Action::Edit) => Some(TaskKind::Write),
            DraftState::Returned if waits(Action::Edit) => Some(TaskKind::Mend),
            DraftState::Submitted if waits(Action::Approve) => Some(TaskKind::Review),
            DraftState::Approved if waits(Action::Publish) => Some(TaskKind::Publish),
            _ => None,
        };
        let mut kinds: Vec<(TaskKind, Option<Lang>, bool)> = Vec::new();
        let langs: Vec<Lang> = given.filter_map(|given| given.lang.clone()).collect();
        if langs.is_empty() {
            kinds.extend(own.map(|kind| (kind, None, whole)));
        } else if matches!(draft.state, DraftState::Draft | DraftState::Returned) {
            kinds.extend(langs.into_iter().map(|lang| (TaskKind::Translate, Some(lang), true)));
        }
        let said = record.clearings.iter().any(|clearing| clearing.by == actor.name);
        if draft.flagged && !said && waits(Action::Clear) && !self.is_cleared(record)? {
            kinds.push((TaskKind::Clear, None, whole));
        }
        if kinds.is_empty() {
            return Ok(());
        }
        let open = self.comments_of(record.id)?;
        let comments = open.iter().filter(|comment| comment.resolved.is_none()).count();
        let due = profile.answer_due(&draft.document);
        tasks.extend(kinds.into_iter().map(|(kind, lang, assigned)| Task {
            kind,
            record: line.clone(),
            lang,
            since: draft.since,
            due,
            assigned,
            comments,
        }));
        Ok(())
    }

    /// Whether what was flagged holds nothing back any more.
    fn is_cleared(&self, record: &Record) -> Result<bool, Error> {
        let said = self.checked(record, Looking::Later)?;
        let secret = |rule: &str| checks::SECRECY.contains(&rule);
        let heavy = crate::domain::finding::Level::Info;
        Ok(!said.findings.iter().any(|f| secret(f.rule.as_str()) && heavy < f.level))
    }
}

/// Whether there may be something to do for the actor, by the list's line alone.
fn concerns(actor: &Actor, line: &Summary) -> bool {
    let Some(state) = line.draft else { return false };
    let writes = matches!(state, DraftState::Draft | DraftState::Returned);
    let given = line.assigned.iter().any(|given| given.to == actor.name);
    given
        || (writes && (actor.agency.is_some() || actor.is(Role::Publisher)))
        || (state == DraftState::Submitted && actor.is(Role::Reviewer))
        || (state == DraftState::Approved && actor.is(Role::Publisher))
        || (line.flagged && (actor.is(Role::Secrecy) || actor.is(Role::Leader)))
}

/// A text of one to 5,000 characters, in NFC.
pub(super) fn said(pointer: &str, text: &str) -> Result<String, Error> {
    let text = crate::text::nfc(text.trim()).into_owned();
    if text.is_empty() || LONGEST < text.chars().count() {
        let said = ("Từ 1 đến 5.000 ký tự.", "1 to 5,000 characters.");
        return Err(Error::field(pointer, "length", said));
    }
    if crate::text::forbidden_char(&text).is_some() {
        let said = ("Có ký tự điều khiển không được phép.", "A control character is not allowed.");
        return Err(Error::field(pointer, "control-character", said));
    }
    Ok(text)
}
