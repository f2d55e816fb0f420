//! The shapes that are sent and answered; the stored types stay behind them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    domain::{
        account::{ApiKey, User},
        agency::Agency,
        finding::Finding,
        record::Summary,
    },
    service::{Completeness, Examined, Quality, Shown, Space},
};

/// A text in several languages, by BCP 47 tag.
pub type Texts = BTreeMap<String, String>;

/// A record as people write it (contract, section 3). Only `kind` must be there; unknown fields are
/// refused. All errors are answered at once, each with its JSON Pointer.
#[derive(ToSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentBody {
    /// The contributor's own number, unique within the agency, at most 200 characters.
    #[schema(example = "VHTTDL-2026-17")]
    pub source_id: Option<String>,
    /// A code of the vocabulary `kinds`.
    #[schema(example = "article")]
    pub kind: String,
    /// A code of the vocabulary `info-classes`; `image-promotion` if left out.
    pub info_class: Option<String>,
    /// The language it was written in; `vi` if left out.
    pub original_lang: Option<String>,
    /// At most 300 characters a language.
    pub title: Option<Texts>,
    /// Plain text, at most 5,000 characters a language.
    pub summary: Option<Texts>,
    /// HTML, sanitized on the way in, at most 200,000 characters a language.
    pub body: Option<Texts>,
    /// How each translation came about: `{"en": {"method": "human", "by": "…"}}`.
    pub translations: Option<BTreeMap<String, Value>>,
    /// Words to find it by, at most 50 a language.
    pub keywords: Option<BTreeMap<String, Vec<String>>>,
    /// Codes of the vocabulary `topics`.
    pub topics: Option<Vec<String>>,
    /// Codes of the vocabulary `channels`.
    pub channels: Option<Vec<String>>,
    /// `{code, name, lat, lon}`; codes of the vocabulary `places`, degrees WGS 84.
    pub places: Option<Vec<Value>>,
    /// `{name, role}`; role: author, photographer, translator, editor.
    pub creators: Option<Vec<Value>>,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant of RFC 3339.
    pub created: Option<String>,
    /// `{statement, license, holder, credit, use, expires}`; URIs of the vocabularies.
    pub rights: Option<Value>,
    /// Not to be public before this instant (RFC 3339).
    pub embargoed_until: Option<String>,
    /// `{stateSecret, personalData}`: the contributor's declaration.
    pub clearance: Option<Value>,
    /// `{rel, id}` to other records.
    pub relations: Option<Vec<Value>>,
    /// The files, as described by people; new ones come by `POST …/assets`.
    pub assets: Option<Vec<Value>>,
    /// What only this kind has.
    pub ext: Option<Map<String, Value>>,
    /// Notes that never leave the system.
    pub internal: Option<Map<String, Value>>,
}

/// A record with what the system adds.
#[derive(ToSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordBody {
    /// `urn:uuid:…`, for ever.
    pub id: String,
    /// `DLK-2026-000317`, from the first submission on.
    pub local_id: Option<String>,
    /// Who contributes it.
    pub agency: String,
    /// none, published or withdrawn.
    pub live: String,
    /// Where the draft stands: `{state, since, by, note, …}`; null without one.
    pub draft: Option<Value>,
    /// Rises with every saved state; the `ETag` is `"r<revision>"`.
    pub revision: u32,
    /// Rises with every public state.
    pub version: u32,
    /// The languages that have a title, Vietnamese first.
    pub languages: Vec<String>,
    /// When it was last written.
    pub modified: String,
    /// When it was first published.
    pub published: Option<String>,
    /// Its public page by language.
    pub url: BTreeMap<String, String>,
    /// The text.
    #[serde(flatten)]
    pub document: DocumentBody,
}

/// The record of the contract: what the system adds, then the text, each file with its facts.
///
/// # Errors
/// None that can happen: all of it has a JSON form.
pub fn record(shown: &Shown) -> Result<Value, serde_json::Error> {
    let mut out = shown.fields.as_object().cloned().unwrap_or_default();
    let text = serde_json::to_value(&shown.document)?;
    out.extend(text.as_object().cloned().unwrap_or_default());
    let assets = out.get_mut("assets").and_then(Value::as_array_mut);
    for (asset, described) in assets.into_iter().flatten().zip(&shown.document.assets) {
        let file = shown.record.files.get(&described.id).map(crate::service::file_fields);
        if let (Some(fields), Some(Value::Object(facts))) = (asset.as_object_mut(), file) {
            fields.extend(facts);
        }
    }
    Ok(Value::Object(out))
}

/// A page of the workspace's list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListBody {
    /// The lines: `{id, localId, sourceId, agency, kind, title, live, draft, revision, version, modified}`.
    #[schema(value_type = Vec<Object>)]
    pub records: Vec<Summary>,
    /// To be sent as `cursor` for the next page; null at the end.
    pub next_cursor: Option<String>,
}

/// A page of the board of translations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BoardBody {
    /// Records by their languages.
    pub rows: Vec<BoardRow>,
    /// To be sent as `cursor` for the next page; null at the end.
    pub next_cursor: Option<String>,
}

/// One record of the board.
#[derive(Serialize, ToSchema)]
pub struct BoardRow {
    /// The line of the list.
    #[schema(value_type = Object)]
    pub record: Summary,
    /// Language → `{whole, title, summary, body, caption, alt, keywords}`.
    #[schema(value_type = Object)]
    pub languages: Completeness,
}

/// What checks say of a draft.
#[derive(Serialize, ToSchema)]
pub struct FindingsBody {
    /// `{rule, level, lang, pointer, paragraph, confidence, excerpt, message: {vi, en}}`, the
    /// heaviest first. `paragraph` counts from 1, `confidence` is 0.5 to 1.
    #[schema(value_type = Vec<Object>)]
    pub findings: Vec<Finding>,
    /// `{tier, points, steps: [{vi, en}]}`: A, B or C by ten points, and what would raise it.
    #[schema(value_type = Object)]
    pub quality: Quality,
    /// Language → `{whole, title, summary, body, caption, alt, keywords}`, each of complete, stale,
    /// missing, none.
    #[schema(value_type = Object)]
    pub completeness: Completeness,
}

impl From<Examined> for FindingsBody {
    fn from(said: Examined) -> Self {
        let Examined { findings, quality, completeness } = said;
        Self { findings, quality, completeness }
    }
}

/// What a reviewer confirms when approving.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CareBody {
    /// Codes of the vocabulary `care-checklist`.
    #[serde(default)]
    pub ticks: Vec<String>,
    /// Ids of the pictures of maps that were looked at.
    #[serde(default)]
    pub maps: Vec<String>,
}

/// What is asked of the desk.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransitionBody {
    /// submit, sign-off, return, approve, schedule, publish, withdraw, reopen, assign, clear or
    /// refuse.
    #[schema(example = "submit")]
    pub action: String,
    /// The reasons of a return (needed), or a word to the next one.
    pub note: Option<String>,
    /// Why it is returned: codes of the vocabulary `return-reasons`.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// What the reviewer confirms when approving.
    pub care: Option<CareBody>,
    /// Whom it is given to (assign); nobody = it is taken back.
    pub to: Option<String>,
    /// The language that a translator is given (assign); none = the record as a whole.
    pub lang: Option<String>,
    /// What a new version corrects, for the public, by language; Vietnamese is needed.
    pub correction: Option<Texts>,
    /// When a scheduled draft goes out (RFC 3339); its embargo's end if left out.
    pub at: Option<String>,
    /// Why it is withdrawn (needed): expired, corrected, rights, error, legal-order, merged.
    pub reason: Option<String>,
    /// Whether receivers must delete their copies of a withdrawn record; true if left out.
    pub purge: Option<bool>,
    /// The published record that takes its place.
    pub replaced_by: Option<String>,
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    /// The user name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub struct MeBody {
    /// The user name, or `key:<id>`.
    pub user: String,
    /// The roles held.
    pub roles: Vec<String>,
    /// For whom they act.
    pub agency: Option<String>,
}

/// A new password for oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    /// The one in force.
    pub old: String,
    /// The new one, 12 characters at least.
    pub new: String,
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUserBody {
    /// 2 to 64 of `a-z 0-9 . _ -`.
    pub user: String,
    /// What they may do.
    pub roles: Vec<String>,
    /// For whom they act; needed for contributors and leaders.
    pub agency: Option<String>,
}

/// An account.
#[derive(Serialize, ToSchema)]
pub struct UserBody {
    /// The user name.
    pub user: String,
    /// What they may do.
    pub roles: Vec<String>,
    /// For whom they act.
    pub agency: Option<String>,
    /// Whether they may sign in no more.
    pub disabled: bool,
    /// When it was made.
    pub created: String,
    /// The one-time password of a new account; shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// A new key.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKeyBody {
    /// What people call it.
    pub name: String,
    /// export, upload or metrics.
    pub scope: String,
    /// The agency of an upload key.
    pub agency: Option<String>,
}

/// A key.
#[derive(Serialize, ToSchema)]
pub struct KeyBody {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub scope: String,
    /// The agency of an upload key.
    pub agency: Option<String>,
    /// When it was made.
    pub created: String,
    /// When it was revoked.
    pub revoked: Option<String>,
    /// The key itself, to be sent as `Authorization: Bearer …`; shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// A new agency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgencyBody {
    /// `H15.16`, or `local:name`.
    pub code: String,
    /// Its name by language; Vietnamese is needed.
    pub name: Texts,
}

/// What is known of an agency.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgencyBody {
    /// Its name by language; Vietnamese is needed.
    pub name: Texts,
    /// Department, district, press …
    pub kind: Option<String>,
    /// The first day on which it exists, `YYYY-MM-DD`.
    pub valid_from: Option<String>,
    /// The last day on which it exists.
    pub valid_to: Option<String>,
    /// Who goes on with its work; after the last day its people may edit the agency's records.
    pub successor: Option<String>,
    /// Whom it named for this work.
    #[serde(default)]
    pub focal_points: Vec<FocalPointBody>,
}

/// Somebody whom an agency named.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FocalPointBody {
    /// Their name, at most 200 characters.
    pub name: String,
    /// Whether as the leader; else as the officer.
    pub leader: bool,
    /// Telephone or mail, at most 200 characters.
    pub contact: Option<String>,
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
}

/// Agencies.
#[derive(Serialize, ToSchema)]
pub struct AgenciesBody {
    /// `{code, name, kind, validFrom, validTo, successor, focalPoints, storage: {used, quota}}`; focal
    /// points are for the managing agency, for auditors and for the agency itself. `storage` is what
    /// its originals take, and uploads under way will, and what they may take, in bytes: for the
    /// agency itself, administrators and auditors.
    #[schema(value_type = Vec<Object>)]
    pub agencies: Vec<AgencyRow>,
}

/// An agency with what it takes on the disk.
#[derive(Serialize)]
pub struct AgencyRow {
    #[serde(flatten)]
    agency: Agency,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage: Option<StorageBody>,
}

#[derive(Serialize)]
struct StorageBody {
    used: u64,
    quota: Option<u64>,
}

impl From<(Agency, Option<Space>)> for AgencyRow {
    fn from((agency, space): (Agency, Option<Space>)) -> Self {
        let storage = space.map(|Space { used, quota }| StorageBody { used, quota });
        Self { agency, storage }
    }
}

impl From<(&User, Option<String>)> for UserBody {
    fn from((user, password): (&User, Option<String>)) -> Self {
        Self {
            user: user.name.to_string(),
            roles: user.roles.iter().map(ToString::to_string).collect(),
            agency: user.agency.as_ref().map(ToString::to_string),
            disabled: user.disabled,
            created: user.created.to_string(),
            password,
        }
    }
}

impl From<(&ApiKey, Option<String>)> for KeyBody {
    fn from((key, secret): (&ApiKey, Option<String>)) -> Self {
        Self {
            id: key.id.clone(),
            name: key.name.clone(),
            scope: key.scope.to_string(),
            agency: key.agency.as_ref().map(ToString::to_string),
            created: key.created.to_string(),
            revoked: key.revoked.map(|at| at.to_string()),
            key: secret,
        }
    }
}
