//! The profile of a province: everything that its regulation fixes, as dated data.
//!
//! Seeded from `schema/profiles/*.toml`; no name, code or date of a province stands in Rust code.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    account::words,
    agency::{Agency, AgencyCode},
    document::{Document, InfoClass, Kind},
    dossier::Dossier,
    finding::Level,
    lang::{Lang, Localized},
    rights::Use,
};

words!(
    /// What a regulation charges an agency with.
    Mandate,
    "managing, secrecy, foreign-press, political-content, contributor, investment, reporting, publications, clarification, translation, portal, press",
    {
        /// Manages the system, publishes and answers for it.
        Managing = "managing",
        /// Watches over state secrets.
        Secrecy = "secrecy",
        /// Leads the work with the foreign press.
        ForeignPress = "foreign-press",
        /// Guides political content.
        PoliticalContent = "political-content",
        /// Contributes.
        Contributor = "contributor",
        /// Promotes investment.
        Investment = "investment",
        /// Receives the agencies' plans and reports.
        Reporting = "reporting",
        /// Leads the publications.
        Publications = "publications",
        /// Leads the answers to wrong information.
        Clarification = "clarification",
        /// Leads translation.
        Translation = "translation",
        /// Runs the province's portal.
        Portal = "portal",
        /// Is a press agency of the province.
        Press = "press",
    }
);

/// One province's profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The shape of this file: `quangba-profile/1`.
    pub spec: String,
    /// The province itself.
    pub province: Province,
    /// Begins every local id: `DLK`.
    pub local_id_prefix: String,
    /// Languages of pages and texts.
    pub languages: Languages,
    /// Who is who, with dates.
    #[serde(default)]
    pub agencies: Vec<ProfileAgency>,
    /// How strict the checks are.
    #[serde(default)]
    pub gates: Gates,
    /// Whose opinion is asked before what may go out.
    #[serde(default)]
    pub consultation: Vec<ConsultationRule>,
    /// Who owes what by when.
    #[serde(default)]
    pub duties: Duties,
    /// How exports name things.
    pub export: ExportNames,
}

/// The province's own names and codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Province {
    /// Two digits of the national list of administrative units.
    pub code: String,
    /// Its name.
    pub name: Localized<String>,
    /// Its People's Committee (Decision 20/2020/QĐ-TTg).
    pub agency_code: AgencyCode,
    /// The first day on which this holds.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// The last day on which this holds.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Who goes on after a merger.
    #[serde(default)]
    pub successor: Option<Successor>,
    /// Who became part of it.
    #[serde(default)]
    pub predecessors: Vec<Predecessor>,
}

/// A province that became part of this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predecessor {
    /// Its two digits.
    pub province: String,
    /// Its name.
    #[serde(default)]
    pub name: Localized<String>,
    /// Its People's Committee.
    pub agency_code: AgencyCode,
    /// Its last day.
    pub until: Date,
}

/// The province that a merged one became part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Successor {
    /// Its two digits.
    pub province: String,
    /// Its name.
    #[serde(default)]
    pub name: Localized<String>,
    /// Its People's Committee.
    pub agency_code: AgencyCode,
    /// Since when.
    pub from: Date,
}

/// Languages of pages and texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Languages {
    /// Offered by the pages, in this order.
    pub offered: Vec<Lang>,
    /// Every text must have them.
    pub required: Vec<Lang>,
    /// So many foreign languages beside them at least.
    pub foreign_min: usize,
    /// Foreign languages that the regulation names first.
    #[serde(default)]
    pub preferred: Vec<Lang>,
    /// Languages of the province's peoples: neither Vietnamese nor foreign.
    pub ethnic: Vec<Lang>,
    /// What pages show to readers who ask for none of the offered.
    pub default_page: Lang,
}

/// An agency with its dated mandates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileAgency {
    /// Its code.
    pub code: AgencyCode,
    /// Its name.
    pub name: Localized<String>,
    /// Department, district, press …
    #[serde(default)]
    pub kind: String,
    /// The first day on which it exists.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// The last day on which it exists.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Who goes on with its work.
    #[serde(default)]
    pub successor: Option<AgencyCode>,
    /// What it is charged with.
    #[serde(default)]
    pub roles: Vec<DatedMandate>,
}

/// A mandate with its time and the article that gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatedMandate {
    /// Which one.
    pub role: Mandate,
    /// First day.
    #[serde(default)]
    pub from: Option<Date>,
    /// Last day.
    #[serde(default)]
    pub to: Option<Date>,
    /// Regulation and article.
    #[serde(default)]
    pub source: String,
}

/// Levels of the checks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gates {
    /// Whether the agency's leader signs before submission.
    #[serde(default)]
    pub sign_off: bool,
    /// The kinds that need a body, not only title and summary.
    #[serde(default)]
    pub body_kinds: Vec<Kind>,
    /// What a class or kind is spared, or held to otherwise.
    #[serde(default)]
    pub exempt: Vec<Exemption>,
    /// Level by rule; a rule that is not named has its own default.
    #[serde(flatten)]
    pub levels: BTreeMap<String, Level>,
}

/// A rule's level for one class of information, one kind, or both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The rule.
    pub rule: String,
    /// Only this class; absent = any.
    #[serde(default)]
    pub info_class: Option<InfoClass>,
    /// Only this kind; absent = any.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// The level there; absent = off.
    #[serde(default)]
    pub level: Option<Level>,
    /// Why: the article.
    #[serde(default)]
    pub source: String,
}

/// Whose opinion is asked before some records may go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsultationRule {
    /// The body that holds this mandate is asked.
    pub mandate: Mandate,
    /// For records with one of these topics.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Or of one of these classes of information.
    #[serde(default)]
    pub info_classes: Vec<InfoClass>,
    /// Or of one of these kinds.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Regulation and article.
    #[serde(default)]
    pub source: String,
}

impl ConsultationRule {
    /// Whether a document is one of those for which the body is asked.
    #[must_use]
    pub fn concerns(&self, document: &Document) -> bool {
        self.kinds.contains(&document.kind)
            || self.info_classes.contains(&document.info_class)
            || self.topics.iter().any(|topic| document.topics.contains(topic))
    }
}

/// How long an answer to a false claim may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerDuty {
    /// In days from the one on which the claim was noticed.
    pub days: i32,
    /// Regulation and article.
    #[serde(default)]
    pub source: String,
}

/// Who owes what by when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duties {
    /// How long an answer to a false claim may take.
    #[serde(default)]
    pub clarification: Option<AnswerDuty>,
    /// How many people an agency names.
    #[serde(default)]
    pub focal_points: Option<FocalPoints>,
    /// Contributions by period.
    #[serde(default)]
    pub contribution: Vec<Contribution>,
    /// Plans and reports by date.
    #[serde(default)]
    pub report: Vec<Report>,
}

/// How many people an agency names for this work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FocalPoints {
    /// Of its leaders.
    pub leaders: u32,
    /// Of its officers.
    pub officers: u32,
    /// Regulation and article.
    #[serde(default)]
    pub source: String,
}

/// Who owes it, and from when to when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// Agencies of these kinds.
    #[serde(default)]
    pub by_kinds: Vec<String>,
    /// These agencies.
    #[serde(default)]
    pub by_agencies: Vec<AgencyCode>,
    /// Agencies with these mandates.
    #[serde(default)]
    pub by_roles: Vec<Mandate>,
    /// First day.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Regulation and article.
    #[serde(default)]
    pub source: String,
}

/// So many records a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// `month`, `quarter`, `year`.
    pub period: String,
    /// So many at least.
    pub min: u32,
    /// To where it goes.
    #[serde(default)]
    pub destination: String,
    /// The address that the regulation names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Who owes it.
    #[serde(flatten)]
    pub owed: Owed,
}

/// A plan or report with its deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Its code within the profile.
    pub code: String,
    /// What it is called.
    pub name: Localized<String>,
    /// `plan` or `report`.
    #[serde(rename = "type")]
    pub type_: String,
    /// `half-year`, `year` …
    #[serde(default)]
    pub period: String,
    /// `MM-DD`.
    pub due: String,
    /// Whether the day itself is still in time ("chậm nhất vào ngày") or not ("trước ngày").
    pub inclusive: bool,
    /// The form that the law prescribes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The mandate whose holder receives it, or `authority`.
    #[serde(default)]
    pub to_role: String,
    /// Who owes it.
    #[serde(flatten)]
    pub owed: Owed,
}

/// How exports name things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportNames {
    /// The address that stands here until `public_url` is set.
    pub system: String,
    /// What the national side calls itself in receipts.
    pub receiver: String,
    /// Scheme of national agency codes.
    pub agency_scheme: String,
    /// Scheme of `local:` agency codes.
    pub local_agency_scheme: String,
    /// Scheme of province codes.
    pub province_scheme: String,
    /// Scheme of our own codes of places.
    pub local_place_scheme: String,
    /// IRI of the topics vocabulary.
    pub topics_scheme: String,
    /// IRI of the channels vocabulary.
    pub channels_scheme: String,
    /// Classes that are published but not exported.
    #[serde(default)]
    pub exclude_info_classes: Vec<InfoClass>,
    /// Uses that never leave.
    #[serde(default)]
    pub exclude_use: Vec<Use>,
    /// The ministries in charge, dated.
    #[serde(default)]
    pub authorities: Vec<Authority>,
}

/// A ministry in charge of external information, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Its code.
    pub code: AgencyCode,
    /// Its name.
    pub name: Localized<String>,
    /// First day.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day.
    #[serde(default)]
    pub valid_to: Option<Date>,
}

impl Profile {
    /// The agency charged with `mandate` on `day`.
    #[must_use]
    pub fn charged(&self, mandate: Mandate, day: Date) -> Option<&ProfileAgency> {
        self.agencies.iter().find(|agency| {
            agency.roles.iter().any(|held| {
                held.role == mandate
                    && held.from.is_none_or(|from| from <= day)
                    && held.to.is_none_or(|to| day <= to)
            })
        })
    }

    /// The last day on which the answer of a clarification is in time, if it says when the claim was
    /// noticed and the profile how long an answer may take.
    #[must_use]
    pub fn answer_due(&self, document: &Document) -> Option<Date> {
        let days = self.duties.clarification.as_ref()?.days;
        let noticed = Dossier::of(document).noticed?;
        noticed.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
    }

    /// Whether `lang` is foreign: neither Vietnamese nor one of the province's peoples'.
    #[must_use]
    pub fn is_foreign(&self, lang: &Lang) -> bool {
        !lang.is_vietnamese()
            && !self.languages.ethnic.iter().any(|own| own.primary() == lang.primary())
    }

    /// The level of `rule` for a record of this class and kind; `own` is the rule's default.
    #[must_use]
    pub fn level(&self, rule: &str, class: InfoClass, kind: Kind, own: Level) -> Level {
        let spared = self.gates.exempt.iter().find(|exempt| {
            exempt.rule == rule
                && exempt.info_class.is_none_or(|only| only == class)
                && exempt.kind.is_none_or(|only| only == kind)
        });
        match spared {
            Some(exempt) => exempt.level.unwrap_or(Level::Off),
            None => self.gates.levels.get(rule).copied().unwrap_or(own),
        }
    }
}

impl From<&ProfileAgency> for Agency {
    fn from(agency: &ProfileAgency) -> Self {
        Self {
            code: agency.code.clone(),
            name: agency.name.clone(),
            kind: agency.kind.clone(),
            valid_from: agency.valid_from,
            valid_to: agency.valid_to,
            successor: agency.successor.clone(),
            focal_points: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(name: &str) -> Profile {
        let path = format!("{}/schema/profiles/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn the_shipped_profiles_read_and_keep_through_json() {
        for name in ["dak-lak", "lam-dong", "bac-kan"] {
            let profile = shipped(name);
            let json = serde_json::to_string(&profile).unwrap();
            assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile, "{name}");
        }
    }

    #[test]
    fn who_manages_depends_on_the_day_and_the_province() {
        let managing = |name: &str, day: &str| {
            let profile = shipped(name);
            let held = profile.charged(Mandate::Managing, day.parse().unwrap());
            held.map(|agency| agency.code.to_string())
        };
        let of = |code: &str| Some(code.to_owned());
        assert_eq!(managing("dak-lak", "2024-01-01"), of("local:so-thong-tin-truyen-thong"));
        assert_eq!(managing("dak-lak", "2026-11-20"), of("H15.16"));
        assert_eq!(managing("bac-kan", "2020-01-01"), of("local:van-phong-ubnd"));
    }

    #[test]
    fn a_merged_province_names_its_successor() {
        let successor = shipped("bac-kan").province.successor.unwrap();
        assert_eq!((successor.province.as_str(), successor.agency_code.as_str()), ("19", "H55"));
    }

    #[test]
    fn an_ethnic_language_is_not_foreign() {
        let profile = shipped("dak-lak");
        let foreign = |tag: &str| profile.is_foreign(&tag.parse().unwrap());
        assert!(foreign("en") && foreign("zh-Hans"));
        assert!(!foreign("vi") && !foreign("rad") && !foreign("vi-VN"));
    }

    #[test]
    fn levels_come_from_the_gates_and_their_exemptions() {
        let profile = shipped("dak-lak");
        let level = |class| profile.level("bilingual", class, Kind::Article, Level::Warn);
        assert_eq!(level(InfoClass::ImagePromotion), Level::Block);
        assert_eq!(level(InfoClass::WorldIntoVietnam), Level::Off);
        let unnamed = profile.level("nothing", InfoClass::Official, Kind::Photo, Level::Info);
        assert_eq!(unnamed, Level::Info);
    }
}
