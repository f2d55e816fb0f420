//! What people write about one work: the record of contract section 3, without what the system
//! adds.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    account::words,
    id::AssetId,
    lang::{Lang, Localized},
    rights::Rights,
};

words!(
    /// What a record is. Labels and the articles that name them: vocabulary `kinds`.
    Kind,
    "article, photo, photo-set, publication, video, audio, bulletin, press-release, clarification, event, investment-project",
    {
        /// A text.
        Article = "article",
        /// One photo.
        Photo = "photo",
        /// Several photos of one subject.
        PhotoSet = "photo-set",
        /// A book, leaflet or booklet.
        Publication = "publication",
        /// A film.
        Video = "video",
        /// A sound recording.
        Audio = "audio",
        /// A news bulletin.
        Bulletin = "bulletin",
        /// A press release.
        PressRelease = "press-release",
        /// An answer to wrong information.
        Clarification = "clarification",
        /// Something that takes place.
        Event = "event",
        /// A project that calls for investment.
        InvestmentProject = "investment-project",
    }
);

words!(
    /// The class of information (Decree 72/2015/NĐ-CP, articles 6 to 10).
    InfoClass,
    "official, image-promotion, world-into-vietnam, clarification",
    {
        /// Official information.
        Official = "official",
        /// Information that promotes the province's image.
        ImagePromotion = "image-promotion",
        /// News of the world for Vietnam.
        WorldIntoVietnam = "world-into-vietnam",
        /// Information that explains and clarifies.
        Clarification = "clarification",
    }
);

words!(
    /// How a translation came about.
    Method,
    "human, machine, machine-post-edited",
    {
        /// By a person.
        Human = "human",
        /// By a machine, unread.
        Machine = "machine",
        /// By a machine, corrected by a person.
        MachinePostEdited = "machine-post-edited",
    }
);

words!(
    /// What a person did for the work.
    CreatorRole,
    "author, photographer, translator, editor",
    {
        /// Wrote it.
        Author = "author",
        /// Took the pictures.
        Photographer = "photographer",
        /// Translated it.
        Translator = "translator",
        /// Edited it.
        Editor = "editor",
    }
);

words!(
    /// Personal data in it.
    PersonalData,
    "none, public-figure, consented",
    {
        /// None.
        None = "none",
        /// Of public figures in their office.
        PublicFigure = "public-figure",
        /// With the consent of those concerned.
        Consented = "consented",
    }
);

words!(
    /// What a file is for within its record.
    AssetRole,
    "main, inline, cover, attachment, thumbnail, poster, subtitle, transcript",
    {
        /// The work itself.
        Main = "main",
        /// Stands within the text.
        Inline = "inline",
        /// Cover picture.
        Cover = "cover",
        /// Comes with it.
        Attachment = "attachment",
        /// A small picture of it.
        Thumbnail = "thumbnail",
        /// The still picture of a film.
        Poster = "poster",
        /// Subtitles.
        Subtitle = "subtitle",
        /// What is said in it.
        Transcript = "transcript",
    }
);

words!(
    /// Whether the people in a picture agreed.
    Consent,
    "none-needed, on-file, missing",
    {
        /// Nobody who would have to agree.
        NoneNeeded = "none-needed",
        /// The agreement lies with the agency.
        OnFile = "on-file",
        /// Not asked yet.
        Missing = "missing",
    }
);

words!(
    /// How one record relates to another (Dublin Core terms).
    Rel,
    "isPartOf, hasPart, replaces, isReplacedBy, corrects, references",
    {
        /// Part of the other.
        IsPartOf = "isPartOf",
        /// Has the other as a part.
        HasPart = "hasPart",
        /// Takes the other's place.
        Replaces = "replaces",
        /// The other took its place.
        IsReplacedBy = "isReplacedBy",
        /// Corrects the other.
        Corrects = "corrects",
        /// Refers to the other.
        References = "references",
    }
);

/// How one language's text came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// By whom or what.
    pub method: Method,
    /// The translator, as to be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A place, by code and name, with WGS 84 degrees where known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// A code of the vocabulary `places`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub name: Localized<String>,
    /// Degrees north, -90 to 90.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Degrees east, -180 to 180.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
}

/// Somebody to be named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creator {
    /// As to be printed.
    pub name: String,
    /// What they did.
    pub role: CreatorRole,
}

/// What the contributor declares before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Clearance {
    /// Whether there is a state secret in it; such a record is refused.
    pub state_secret: bool,
    /// Personal data in it.
    pub personal_data: PersonalData,
}

/// A link to another record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// Of which sort.
    pub rel: Rel,
    /// The other's `urn:uuid:`.
    pub id: super::id::RecordId,
}

/// The point of a photo that must stay when it is cut to another shape: parts of its width and height,
/// from the top left corner of the upright picture, 0 to 1 each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FocalPoint {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// One file of a record, as people describe it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asset {
    /// Given at upload.
    pub id: AssetId,
    /// What it is for.
    pub role: AssetRole,
    /// The language of its text, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// The line below it.
    #[serde(default)]
    pub caption: Localized<String>,
    /// What it shows, for those who cannot see it.
    #[serde(default)]
    pub alt: Localized<String>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// When: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Its own rights; none = the record's.
    #[serde(default)]
    pub rights: Option<Rights>,
    /// Consent of those whom it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// IPTC digital source type, by URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digital_source_type: Option<String>,
    /// Of a photo: what its cuts keep; none = the middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<FocalPoint>,
    /// Of a publication: what people read on pages that a machine reads wrongly, by page from 1; empty
    /// for a page with no text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub page_texts: BTreeMap<u32, String>,
}

/// Everything that people write about one work.
///
/// Made by [`super::input::document`] only, which holds the bounds; only `kind` must be there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// The contributor's own number, unique within the agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// Its class of information.
    pub info_class: InfoClass,
    /// The language it was written in.
    pub original_lang: Lang,
    /// At most 300 characters a language.
    #[serde(default)]
    pub title: Localized<String>,
    /// At most 5,000 characters a language, plain text.
    #[serde(default)]
    pub summary: Localized<String>,
    /// Sanitized HTML, at most 200,000 characters a language.
    #[serde(default)]
    pub body: Localized<String>,
    /// How each translation came about.
    #[serde(default)]
    pub translations: BTreeMap<Lang, Translation>,
    /// Words to find it by.
    #[serde(default)]
    pub keywords: Localized<Vec<String>>,
    /// Codes of the vocabulary `topics`.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Codes of the vocabulary `channels`.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Where it is about.
    #[serde(default)]
    pub places: Vec<Place>,
    /// Who made it.
    #[serde(default)]
    pub creators: Vec<Creator>,
    /// When the work was made: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or an instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// Who may do what with it.
    #[serde(default)]
    pub rights: Rights,
    /// Not to be public before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub embargoed_until: Option<Timestamp>,
    /// The contributor's declaration; absent = not declared yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clearance: Option<Clearance>,
    /// Links to other records.
    #[serde(default)]
    pub relations: Vec<Relation>,
    /// Its files.
    #[serde(default)]
    pub assets: Vec<Asset>,
    /// What only this kind has.
    #[serde(default)]
    pub ext: Map<String, Value>,
    /// Notes that never leave the system.
    #[serde(default)]
    pub internal: Map<String, Value>,
}

impl Document {
    /// The document as it may be seen outside: without internal notes and without the files that
    /// must not leave.
    #[must_use]
    pub fn outside(&self) -> Self {
        let mut out = self.clone();
        out.internal = Map::new();
        out.assets.retain(|asset| self.leaves(asset));
        out
    }

    /// Whether a file of this document may leave the system.
    #[must_use]
    pub fn leaves(&self, asset: &Asset) -> bool {
        asset.rights.as_ref().unwrap_or(&self.rights).allowed() != super::rights::Use::Internal
    }

    /// The languages that have a title, Vietnamese first, then by tag.
    #[must_use]
    pub fn languages(&self) -> Vec<Lang> {
        let mut langs: Vec<Lang> = self.title.langs().cloned().collect();
        langs.sort_by_key(|lang| (!lang.is_vietnamese(), lang.clone()));
        langs
    }
}
