//! Languages as Tesseract names them.

use super::super::PaperError;
use crate::media::programs::Programs;

/// Languages by their BCP 47 tags, each with the name of Tesseract's data. Chinese without a script
/// is written as its region writes it, without either as on the mainland.
const CODES: &[(&str, &str)] = &[
    ("vi", "vie"),
    ("en", "eng"),
    ("fr", "fra"),
    ("ja", "jpn"),
    ("ko", "kor"),
    ("lo", "lao"),
    ("km", "khm"),
    ("th", "tha"),
    ("ru", "rus"),
    ("zh", "chi_sim"),
];

/// What stands for the traditional characters in a tag.
const TRADITIONAL: &[&str] = &["hant", "tw", "hk", "mo"];

/// The name of Tesseract's data for a language, whether it is installed or not; nothing for
/// languages that this program does not know.
#[must_use]
pub fn code(lang: &str) -> Option<&'static str> {
    let lang = lang.to_ascii_lowercase();
    let mut parts = lang.split(['-', '_']);
    let primary = parts.next()?;
    let (_, code) = CODES.iter().find(|(tag, _)| *tag == primary)?;
    let simplified = lang.contains("hans");
    if primary == "zh" && !simplified && parts.any(|part| TRADITIONAL.contains(&part)) {
        return Some("chi_tra");
    }
    Some(code)
}

/// The names of the data for these languages that is installed, in their order.
#[must_use]
pub fn available(langs: &[&str], programs: &Programs) -> Vec<&'static str> {
    let mut out: Vec<&str> = Vec::new();
    for code in langs.iter().filter_map(|lang| code(lang)) {
        if programs.languages().iter().any(|name| name == code) && !out.contains(&code) {
            out.push(code);
        }
    }
    out
}

/// The data that pages are read with, as Tesseract wants it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) first: String,
    /// For pages that prove not to be Vietnamese.
    pub(super) second: Option<String>,
}

/// What pages in these languages are read with.
///
/// English data beside the Vietnamese costs marks on Vietnamese pages, while Vietnamese data alone
/// reads English pages badly.
///
/// # Errors
/// [`PaperError::Language`] if there is no data for any of them.
pub(super) fn plan(langs: &[&str], programs: &Programs) -> Result<Plan, PaperError> {
    let all = available(langs, programs);
    if all.is_empty() {
        return Err(PaperError::Language(langs.join(", ")));
    }
    let both = all.contains(&"vie") && all.contains(&"eng");
    let second = both.then(|| all.join("+"));
    let first: Vec<&str> = all.into_iter().filter(|code| !both || *code != "eng").collect();
    Ok(Plan { first: first.join("+"), second })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_their_data() {
        for (lang, data) in [
            ("vi", "vie"),
            ("vi-VN", "vie"),
            ("EN-gb", "eng"),
            ("zh", "chi_sim"),
            ("zh-Hans", "chi_sim"),
            ("zh-Hans-HK", "chi_sim"),
            ("zh-Hant", "chi_tra"),
            ("zh-TW", "chi_tra"),
            ("lo", "lao"),
        ] {
            assert_eq!(code(lang), Some(data), "{lang}");
        }
        for unknown in ["", "xx", "vie", "--psm"] {
            assert_eq!(code(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn english_comes_after_vietnamese() {
        let with = |names: &[&str]| Programs::with_languages(names);
        let both = plan(&["vi", "en", "lo"], &with(&["eng", "lao", "vie"])).unwrap();
        assert_eq!((both.first.as_str(), both.second.as_deref()), ("vie+lao", Some("vie+eng+lao")));
        let one = plan(&["vi", "en", "vi-VN"], &with(&["eng"])).unwrap();
        assert_eq!((one.first.as_str(), one.second), ("eng", None));
        let none = plan(&["lo", "xx"], &with(&["eng"]));
        assert!(matches!(none, Err(PaperError::Language(langs)) if langs == "lo, xx"));
    }
}
