//! Language tags (BCP 47, RFC 5646) and texts in several languages.

use std::{borrow::Borrow, collections::BTreeMap, fmt, str::FromStr};

use oxilangtag::LanguageTag;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A well-formed BCP 47 tag in canonical case (`vi`, `zh-Hans`, `rad`), at most 35 bytes, with a
/// primary language of two or three letters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lang(String);

/// Why a text is no [`Lang`].
#[derive(Debug, Error, PartialEq, Eq)]
#[error("a language tag follows BCP 47, such as vi, en or zh-Hans, in its canonical case")]
pub struct LangError;

impl Lang {
    /// Vietnamese.
    #[must_use]
    pub fn vi() -> Self {
        Self("vi".to_owned())
    }

    /// English.
    #[must_use]
    pub fn en() -> Self {
        Self("en".to_owned())
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is Vietnamese, of any region or script.
    #[must_use]
    pub fn is_vietnamese(&self) -> bool {
        self.primary() == "vi"
    }

    /// The primary language subtag: `zh` of `zh-Hans`.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }
}

impl FromStr for Lang {
    type Err = LangError;

    fn from_str(text: &str) -> Result<Self, LangError> {
        if 35 < text.len() {
            return Err(LangError);
        }
        let tag = LanguageTag::parse_and_normalize(text).map_err(|_malformed| LangError)?;
        // Longer ones are well-formed too, but the registry has none: a name was meant, not a code.
        let lang = Self(tag.into_inner());
        if 3 < lang.primary().len() { Err(LangError) } else { Ok(lang) }
    }
}

impl TryFrom<String> for Lang {
    type Error = LangError;

    fn try_from(text: String) -> Result<Self, LangError> {
        text.parse()
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> Self {
        lang.0
    }
}

impl Borrow<str> for Lang {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing in several languages, keyed by language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localized<T>(BTreeMap<Lang, T>);

impl<T> Default for Localized<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> FromIterator<(Lang, T)> for Localized<T> {
    fn from_iter<I: IntoIterator<Item = (Lang, T)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl<T> Localized<T> {
    /// Whether no language has anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What stands in exactly this language.
    #[must_use]
    pub fn get(&self, lang: &str) -> Option<&T> {
        self.0.get(lang)
    }

    /// All entries, by language.
    pub fn iter(&self) -> impl Iterator<Item = (&Lang, &T)> {
        self.0.iter()
    }

    /// The languages that have something.
    pub fn langs(&self) -> impl Iterator<Item = &Lang> {
        self.0.keys()
    }

    /// Sets one language's entry.
    pub fn insert(&mut self, lang: Lang, value: T) {
        self.0.insert(lang, value);
    }

    /// What a reader of `lang` is shown, and in which language it is: that language, else English,
    /// else Vietnamese, else any.
    #[must_use]
    pub fn best(&self, lang: &str) -> Option<(&Lang, &T)> {
        [lang, "en", "vi"]
            .into_iter()
            .find_map(|wanted| self.0.get_key_value(wanted))
            .or_else(|| self.0.first_key_value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tags_are_brought_to_canonical_case() {
        assert_eq!("ZH-hans".parse::<Lang>().unwrap().as_str(), "zh-Hans");
        assert!("tieng_viet".parse::<Lang>().is_err());
        assert!("english".parse::<Lang>().is_err());
        assert!("".parse::<Lang>().is_err());
    }

    #[test]
    fn a_reader_gets_the_own_language_then_english_then_vietnamese() {
        let texts: Localized<u8> = [(Lang::vi(), 1), (Lang::en(), 2)].into_iter().collect();
        assert_eq!(texts.best("vi").unwrap().1, &1);
        assert_eq!(texts.best("fr").unwrap().1, &2);
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused(text in ".{0,50}") {
            if let Ok(lang) = text.parse::<Lang>() {
                prop_assert_eq!(lang.to_string().parse::<Lang>(), Ok(lang));
            }
        }
    }
}
