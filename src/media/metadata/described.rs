//! What is found in a file.

use std::collections::{BTreeMap, BTreeSet};

/// A text in one or more languages, keyed by BCP 47 tag in its canonical case or by [`X_DEFAULT`].
pub type LangText = BTreeMap<String, String>;

/// The key of a text whose language is not told (ISO 16684-1, section 8.2.2.4).
pub const X_DEFAULT: &str = "x-default";

/// What a file says about itself.
///
/// All texts are trimmed, in NFC, at most 5,000 characters long and without the characters that no
/// stored text may hold; those but caption, copyright, usage terms and instructions are one line.
/// Languages, keywords and creators are at most 64, 100 and 100.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// The headline: a publishable line on the content.
    pub headline: LangText,
    /// The title: a short name, often the file's.
    pub title: LangText,
    /// The caption.
    pub caption: LangText,
    /// The keywords, each once, in the file's order.
    pub keywords: Vec<String>,
    /// Who made the picture, in the file's order.
    pub creators: Vec<String>,
    /// The credit line.
    pub credit: LangText,
    /// The copyright notice.
    pub copyright: LangText,
    /// The terms of use.
    pub usage_terms: LangText,
    /// The licence, an `http` or `https` URL.
    pub licence: Option<String>,
    /// Who supplied the picture.
    pub source: Option<String>,
    /// Instructions to those who publish it.
    pub instructions: Option<String>,
    /// When it was made: ISO 8601, as far as it is known (`2024`, `2024-05-01`,
    /// `2024-05-01T08:30:00+07:00`).
    pub date: Option<String>,
    /// Where it was made, or what place it shows.
    pub place: Place,
    /// How it was made, a URI of the IPTC digital source type vocabulary.
    pub digital_source_type: Option<String>,
    /// What it holds besides, that has no place in a public file.
    pub traces: BTreeSet<Trace>,
}

/// A place by its names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The spot within the city.
    pub sublocation: Option<String>,
    /// The city, town or village.
    pub city: Option<String>,
    /// The province or state.
    pub province: Option<String>,
    /// The country's name.
    pub country: Option<String>,
    /// The country's code, ISO 3166-1, three letters or two.
    pub country_code: Option<String>,
}

/// Personal or technical data in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trace {
    /// Coordinates of a place.
    Gps,
    /// The serial number of a camera or lens.
    SerialNumber,
    /// The name of a camera's owner or of who worked on the picture, or how to reach its maker.
    OwnerName,
    /// The camera maker's own data, which may hold any of the others.
    MakerNote,
    /// A small picture, which may show what was cut away.
    Thumbnail,
    /// The programs and computers that were used.
    Software,
    /// Names of the persons shown, or where their faces are.
    Faces,
    /// A free comment.
    Comment,
}

impl Trace {
    /// Its name for machines: `gps`, `serial-number` …
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Gps => "gps",
            Self::SerialNumber => "serial-number",
            Self::OwnerName => "owner-name",
            Self::MakerNote => "maker-note",
            Self::Thumbnail => "thumbnail",
            Self::Software => "software",
            Self::Faces => "faces",
            Self::Comment => "comment",
        }
    }
}

impl Described {
    /// Takes from `other` what is not known yet, field by field.
    pub(super) fn fill(&mut self, other: Self) {
        take(&mut self.headline, other.headline);
        take(&mut self.title, other.title);
        take(&mut self.caption, other.caption);
        take(&mut self.keywords, other.keywords);
        take(&mut self.creators, other.creators);
        take(&mut self.credit, other.credit);
        take(&mut self.copyright, other.copyright);
        take(&mut self.usage_terms, other.usage_terms);
        take(&mut self.licence, other.licence);
        take(&mut self.source, other.source);
        take(&mut self.instructions, other.instructions);
        take(&mut self.digital_source_type, other.digital_source_type);
        self.place.fill(other.place);
        self.fill_date(other.date);
        self.traces.extend(other.traces);
    }

    /// The same date with more of it known is better.
    fn fill_date(&mut self, other: Option<String>) {
        let Some(other) = other else { return };
        if self.date.as_ref().is_none_or(|date| other.starts_with(date.as_str())) {
            self.date = Some(other);
        }
    }
}

impl Place {
    /// Takes from `other` what is not known yet, if the two can be the same place.
    pub(super) fn fill(&mut self, other: Self) {
        let agree = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        let same = agree(&self.sublocation, &other.sublocation)
            && agree(&self.city, &other.city)
            && agree(&self.province, &other.province)
            && agree(&self.country, &other.country)
            && agree(&self.country_code, &other.country_code);
        if same {
            take(&mut self.sublocation, other.sublocation);
            take(&mut self.city, other.city);
            take(&mut self.province, other.province);
            take(&mut self.country, other.country);
            take(&mut self.country_code, other.country_code);
        }
    }
}

fn take<T: Default + PartialEq>(kept: &mut T, other: T) {
    if *kept == T::default() {
        *kept = other;
    }
}

/// A text without language, under [`X_DEFAULT`].
pub(super) fn undetermined(text: Option<String>) -> LangText {
    text.map(|text| (X_DEFAULT.to_owned(), text)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(city: &str, country: Option<&str>) -> Place {
        Place { city: Some(city.into()), country: country.map(Into::into), ..Place::default() }
    }

    #[test]
    fn the_first_to_speak_is_heard() {
        let mut first = Described {
            caption: undetermined(Some("Hồ Ba Bể".into())),
            date: Some("2024-05-01".into()),
            ..Described::default()
        };
        first.fill(Described {
            caption: undetermined(Some("another".into())),
            source: Some("Sở Văn hóa".into()),
            date: Some("2024-05-01T08:30:00+07:00".into()),
            ..Described::default()
        });
        assert_eq!(first.caption["x-default"], "Hồ Ba Bể");
        assert_eq!(first.source.as_deref(), Some("Sở Văn hóa"));
        assert_eq!(first.date.as_deref(), Some("2024-05-01T08:30:00+07:00"));
        first.fill_date(Some("2023-01-01".into()));
        assert_eq!(first.date.as_deref(), Some("2024-05-01T08:30:00+07:00"));
    }

    #[test]
    fn two_places_are_not_mixed() {
        let mut first = place("Pleiku", None);
        first.fill(place("Huế", Some("Lào")));
        assert_eq!(first, place("Pleiku", None));
        first.fill(place("Pleiku", Some("Việt Nam")));
        assert_eq!(first, place("Pleiku", Some("Việt Nam")));
    }
}
