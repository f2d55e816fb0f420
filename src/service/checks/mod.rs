//! What is to be said of a draft before it goes on: findings, each with its rule, level and place.
//!
//! Rules are small methods by subject; [`RULES`] names them all. Their levels are the profile's
//! (`[gates]`), by class of information and kind; every door passes through [`findings`].

mod bilingual;
mod care;
mod films;
mod language;
mod matrix;
mod names;
mod quality;
mod rights;
mod rules;
mod screening;
mod stale;
mod texts;
mod tier;
mod words;

use std::collections::BTreeMap;

use jiff::Timestamp;

pub(super) use self::{
    matrix::completeness,
    screening::flagged,
    stale::behind,
    tier::quality,
    words::{FILE, Kept, SHIPPED, Words},
};
pub use self::{
    matrix::{Completeness, Part, Parts},
    rules::{RULES, Rule},
    tier::{Quality, Tier},
};
use super::{Catalog, copies::Duplicate, looks::Looked};
use crate::domain::{
    digest::Digest,
    document::Document,
    finding::{Finding, Level},
    id::AssetId,
    lang::Lang,
    lifecycle::Action,
    message::Message,
    record::{Draft, Record},
};
use texts::Texts;

/// The rules that are about secrets.
pub(super) const SECRECY: [&str; 3] = ["secrecy_marks", "watch_list", "military_places"];

/// What the rules go by.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) words: &'a Words,
    pub(super) now: Timestamp,
}

/// What is looked at.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) record: &'a Record,
    pub(super) draft: &'a Draft,
    /// Files that another record has.
    pub(super) duplicates: &'a [Duplicate],
    /// What is known of its pictures.
    pub(super) looks: &'a BTreeMap<AssetId, Looked>,
}

/// All that the checks say of a draft.
#[derive(Clone, Debug)]
pub(super) struct Said {
    /// Findings, the heaviest first.
    pub findings: Vec<Finding>,
    /// Of what was flagged as a possible secret, if anything was.
    pub flags: Option<Digest>,
}

/// All findings on a draft, the heaviest first.
#[must_use]
pub(super) fn findings(context: Context<'_>, subject: Subject<'_>) -> Said {
    let texts = Texts::of(&subject.draft.document);
    let mut check = Check { context, subject, texts: &texts, found: Vec::new() };
    check.bilingual();
    check.rights();
    check.clearance();
    check.topics();
    check.files();
    check.films();
    check.languages();
    check.translations();
    check.names();
    let flags = check.screening();
    check.quality();
    check.care();
    let mut findings = check.found;
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    Said { findings, flags }
}

/// How many of them hold the draft back from `action`.
#[must_use]
pub(super) fn blocks(findings: &[Finding], action: Action) -> usize {
    findings.iter().filter(|finding| holds(finding, action)).count()
}

/// Whether a finding holds a draft back from `action`.
#[must_use]
pub(super) fn holds(finding: &Finding, action: Action) -> bool {
    finding.level == Level::Block
        && rules::rule(&finding.rule).is_none_or(|rule| rule.holds(action))
}

struct Check<'a> {
    context: Context<'a>,
    subject: Subject<'a>,
    texts: &'a Texts<'a>,
    found: Vec<Finding>,
}

/// Where a finding stands.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    lang: Option<&'a Lang>,
    pointer: &'a str,
    /// From 0.
    paragraph: Option<usize>,
    confidence: Option<f64>,
    excerpt: Option<&'a str>,
}

impl<'a> Place<'a> {
    const fn at(pointer: &'a str) -> Self {
        Self { lang: None, pointer, paragraph: None, confidence: None, excerpt: None }
    }

    const fn in_lang(self, lang: &'a Lang) -> Self {
        Self { lang: Some(lang), ..self }
    }
}

impl<'a> Check<'a> {
    fn document(&self) -> &'a Document {
        &self.subject.draft.document
    }

    /// The level that the profile gives a rule for this document.
    fn level(&self, rule: &str) -> Level {
        let own = rules::rule(rule).map_or(Level::Warn, |rule| rule.level);
        let document = self.document();
        self.context.catalog.profile.level(rule, document.info_class, document.kind, own)
    }

    /// A language's name within a Vietnamese and an English sentence; its tag where it has none.
    fn lang_names(&self, lang: &Lang) -> (String, String) {
        let label = |ui| self.context.catalog.label("languages", lang.as_str(), ui);
        let (vi, en) = (label("vi"), label("en"));
        let small = vi.strip_prefix("Tiếng").map(|rest| format!("tiếng{rest}"));
        (small.unwrap_or(vi), en)
    }

    fn spared(&self, rule: &str) -> bool {
        self.level(rule) == Level::Off
    }

    fn say(&mut self, rule: &str, place: Place<'_>, message: Message) {
        self.say_at_most(rule, Level::Block, place, message);
    }

    /// Says it at the rule's level, or at `most` if that is lighter.
    fn say_at_most(&mut self, rule: &str, most: Level, place: Place<'_>, message: Message) {
        let level = self.level(rule).min(most);
        if level == Level::Off {
            return;
        }
        self.found.push(Finding {
            rule: rule.to_owned(),
            level,
            lang: place.lang.cloned(),
            pointer: place.pointer.to_owned(),
            paragraph: place.paragraph.map(|at| at.saturating_add(1)),
            confidence: place.confidence,
            excerpt: place.excerpt.map(ToOwned::to_owned),
            message,
        });
    }
}
