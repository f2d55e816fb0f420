//! Names and how they are to be rendered: what a translation should have called them, and what no
//! text may call the places of Vietnam's sea.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
use thiserror::Error;

use super::{canonical_tone, fold};

/// Why names make no table.
#[derive(Debug, Error)]
pub enum GlossaryError {
    /// The file is not of its shape.
    #[error("the list cannot be read: {0}")]
    Read(#[from] serde_json::Error),
    /// There are too many names.
    #[error("the names do not make a table: {0}")]
    Table(#[from] aho_corasick::BuildError),
}

/// A name with its renderings; in each list the first is the official one.
#[derive(Clone, Debug, Deserialize)]
pub struct Name {
    /// Stable, for the lists of an office.
    pub id: String,
    /// place, people, festival, agency, heritage, product or term.
    pub kind: String,
    /// By BCP 47 tag; `vi` is always there.
    #[serde(flatten)]
    pub forms: BTreeMap<String, Vec<String>>,
}

impl Name {
    /// Whether it is the name of something, and not a word that has a usual translation.
    #[must_use]
    pub fn is_name(&self) -> bool {
        self.is_proper() || !matches!(self.kind.as_str(), "term" | "product" | "heritage")
    }

    /// Whether it is written with a capital.
    fn is_proper(&self) -> bool {
        self.official("vi").and_then(|form| form.chars().next()).is_some_and(char::is_uppercase)
    }

    /// The official form in a language.
    #[must_use]
    pub fn official(&self, lang: &str) -> Option<&str> {
        self.forms.get(lang)?.first().map(String::as_str)
    }
}

/// Names by their Vietnamese forms, with tables of their renderings.
#[derive(Debug)]
pub struct Glossary {
    names: Vec<Name>,
    vietnamese: Table,
    renderings: BTreeMap<String, Table>,
}

/// Forms that are looked for at once, each with the place of its owner.
#[derive(Debug)]
struct Table {
    automaton: AhoCorasick,
    owners: Vec<usize>,
}

impl Table {
    fn new(forms: Vec<(String, usize)>, kind: MatchKind) -> Result<Self, GlossaryError> {
        let (forms, owners): (Vec<_>, Vec<_>) = forms.into_iter().unzip();
        Ok(Self { automaton: AhoCorasick::builder().match_kind(kind).build(forms)?, owners })
    }

    fn owner(&self, found: &aho_corasick::Match) -> Option<usize> {
        self.owners.get(found.pattern().as_usize()).copied()
    }
}

impl Glossary {
    /// Reads a list: a JSON array of names.
    ///
    /// # Errors
    /// [`GlossaryError::Read`] for another shape.
    pub fn read(json: &str) -> Result<Self, GlossaryError> {
        let names: Vec<Name> = serde_json::from_str(json)?;
        let mut langs: BTreeSet<&String> =
            names.iter().flat_map(|name| name.forms.keys()).collect();
        langs.retain(|lang| *lang != "vi");
        let forms = |lang: &str, as_read: &dyn Fn(&str) -> String| {
            let owned = names.iter().enumerate();
            let each = owned.flat_map(|(at, name)| {
                let forms = name.forms.get(lang).into_iter().flatten();
                // In numbers of documents (28/2020/QĐ-UBND) an abbreviation names nobody.
                forms
                    .filter(|form| lang != "vi" || !is_abbreviation(form))
                    .map(move |form| (form, at))
            });
            each.map(|(form, at)| (as_read(form), at)).collect::<Vec<_>>()
        };
        let vietnamese = Table::new(forms("vi", &vietnamese_form), MatchKind::LeftmostLongest)?;
        let tables = langs.iter().map(|lang| {
            // A short name within a long one is there as well.
            let table = Table::new(forms(lang, &fold), MatchKind::Standard)?;
            Ok(((*lang).clone(), table))
        });
        let renderings = tables.collect::<Result<_, GlossaryError>>()?;
        Ok(Self { vietnamese, renderings, names })
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names in Vietnamese texts; of names within names only the longest.
    #[must_use]
    pub fn named<'a>(&self, texts: impl Iterator<Item = &'a str>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for text in texts {
            let written = canonical_tone(text);
            let text = written.to_lowercase();
            for m in self.vietnamese.automaton.find_iter(&text) {
                let owner =
                    self.vietnamese.owner(&m).filter(|_| is_whole(&text, m.start(), m.end()));
                let Some(owner) = owner else { continue };
                // Thái Nguyên is a province, trạng thái nguyên vẹn is none.
                let first = written.get(m.start()..).and_then(|text| text.chars().next());
                let small = written.len() == text.len() && !first.is_some_and(char::is_uppercase);
                if !small || self.names.get(owner).is_some_and(|name| !name.is_proper()) {
                    found.insert(owner);
                }
            }
        }
        found
    }

    /// Which of `named` have an official rendering in `lang` that none of `texts` uses; marks and
    /// case do not matter.
    #[must_use]
    pub fn missing<'a>(
        &self,
        named: &BTreeSet<usize>,
        lang: &str,
        texts: impl Iterator<Item = &'a str>,
    ) -> Vec<&Name> {
        let Some(table) = self.renderings.get(lang) else { return Vec::new() };
        let mut open: BTreeSet<usize> = named.clone();
        for text in texts {
            if open.is_empty() {
                break;
            }
            let text = fold(text);
            for m in table.automaton.find_overlapping_iter(&text) {
                if let Some(owner) = table.owner(&m).filter(|_| is_whole(&text, m.start(), m.end()))
                {
                    open.remove(&owner);
                }
            }
        }
        let known = |name: &&Name| name.forms.contains_key(lang);
        open.iter().filter_map(|at| self.names.get(*at)).filter(known).collect()
    }
}

fn is_abbreviation(form: &str) -> bool {
    form.chars().count() <= 5 && form.chars().all(char::is_uppercase)
}

fn vietnamese_form(text: &str) -> String {
    canonical_tone(text).to_lowercase()
}

/// Whether a find is no part of a longer word; scripts without spaces have no such words.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let spaced = |c: char| {
        c.is_alphanumeric() && u32::from(c) < 0x0E00 || matches!(c, '\u{1E00}'..='\u{1EFF}')
    };
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let after = text.get(end..).and_then(|text| text.chars().next());
    let first = text.get(start..).and_then(|text| text.chars().next());
    let last = text.get(..end).and_then(|text| text.chars().next_back());
    let cut = |outer: Option<char>, inner: Option<char>| {
        outer.is_some_and(spaced) && inner.is_some_and(spaced)
    };
    !cut(before, first) && !cut(after, last)
}

/// A place of Vietnam's sea: how it is called, and how it is not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Stable.
    pub id: String,
    /// The Vietnamese names.
    pub vi: Vec<String>,
    /// Names to use, by language; the first is preferred.
    pub right: BTreeMap<String, Vec<String>>,
    /// Names that may stand beside one of those only.
    #[serde(default)]
    pub alone: BTreeMap<String, Vec<String>>,
    /// Names that are wrong, by language; `*` = in every language.
    pub wrong: BTreeMap<String, Vec<String>>,
    /// Longer texts in which the wrong letters mean something else.
    #[serde(default)]
    pub except: BTreeMap<String, Vec<String>>,
    /// What to write, in Vietnamese and English.
    pub say: crate::domain::message::Message,
    /// For whoever keeps the list.
    #[serde(default)]
    pub note: String,
}

/// A wrong name in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct WrongName<'a> {
    /// The place's id.
    pub id: &'a str,
    /// The paragraph, from 0.
    pub paragraph: usize,
    /// The letters found.
    pub form: &'a str,
    /// Whether it may stand there beside the right name, which is missing.
    pub alone: bool,
    /// What to write.
    pub say: &'a crate::domain::message::Message,
}

/// The names of Vietnam's sea, ready to be looked for.
#[derive(Debug)]
pub struct Claims {
    claims: Vec<Claim>,
    forms: BTreeMap<String, Forms>,
}

/// What to look for in one language.
#[derive(Debug)]
struct Forms {
    table: Table,
    meant: Vec<Meant>,
}

/// What a form means where it stands.
#[derive(Clone, Debug)]
struct Meant {
    claim: usize,
    form: String,
    sort: Sort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Right,
    Alone,
    Wrong,
    Except,
}

impl Claims {
    /// Reads a list: a JSON array of [`Claim`].
    ///
    /// # Errors
    /// [`GlossaryError::Read`] for another shape.
    pub fn read(json: &str) -> Result<Self, GlossaryError> {
        let claims: Vec<Claim> = serde_json::from_str(json)?;
        let lists = claims.iter().flat_map(|c| [&c.right, &c.alone, &c.wrong, &c.except]);
        let mut langs: BTreeSet<String> = lists.flat_map(|list| list.keys().cloned()).collect();
        langs.insert("vi".to_owned());
        langs.insert("*".to_owned());
        let forms = langs.into_iter().map(|lang| {
            let meant: Vec<Meant> =
                claims.iter().enumerate().flat_map(|(at, claim)| meant(at, claim, &lang)).collect();
            let texts = meant
                .iter()
                .enumerate()
                .map(|(at, m)| (plain(&m.form, &lang).into_owned(), at))
                .collect();
            Ok((lang, Forms { table: Table::new(texts, MatchKind::LeftmostLongest)?, meant }))
        });
        Ok(Self { forms: forms.collect::<Result<_, GlossaryError>>()?, claims })
    }

    /// The wrong names in the lines of a text of `lang` (a BCP 47 tag), each once a paragraph.
    #[must_use]
    pub fn wrong<'a>(&'a self, lang: &str, text: &str) -> Vec<WrongName<'a>> {
        let primary = lang.split('-').next().unwrap_or(lang);
        let forms = [lang, primary, "zh-Hans"]
            .into_iter()
            .find_map(|tag| self.forms.get(tag).filter(|_| tag != "zh-Hans" || primary == "zh"));
        let Some(Forms { table, meant }) = forms.or_else(|| self.forms.get("*")) else {
            return Vec::new();
        };
        let mut found: Vec<WrongName<'a>> = Vec::new();
        for (paragraph, line) in text.lines().enumerate() {
            let line = &*plain(line, lang);
            let here =
                table.automaton.find_iter(line).filter(|m| is_whole(line, m.start(), m.end()));
            let here: Vec<&Meant> = here.filter_map(|m| meant.get(table.owner(&m)?)).collect();
            for Meant { claim, form, sort } in &here {
                let right = here.iter().any(|m| m.claim == *claim && m.sort == Sort::Right);
                let alone = *sort == Sort::Alone && !right;
                let Some(claim) = self.claims.get(*claim) else { continue };
                let known = found.iter().any(|w| w.id == claim.id && w.paragraph == paragraph);
                if (alone || *sort == Sort::Wrong) && !known {
                    found.push(WrongName {
                        id: &claim.id,
                        paragraph,
                        form,
                        alone,
                        say: &claim.say,
                    });
                }
            }
        }
        found
    }
}

/// All forms of one claim that matter in a language.
fn meant(claim: usize, of: &Claim, lang: &str) -> Vec<Meant> {
    let mut all = Vec::new();
    let own: &[String] = if lang == "vi" { &of.vi } else { &[] };
    let mut add = |forms: &[String], sort| {
        all.extend(forms.iter().map(|form| Meant { claim, form: form.clone(), sort }));
    };
    add(own, Sort::Right);
    let lists = [
        (&of.right, Sort::Right),
        (&of.alone, Sort::Alone),
        (&of.except, Sort::Except),
        (&of.wrong, Sort::Wrong),
    ];
    for (list, sort) in lists {
        for key in ["*", lang] {
            add(list.get(key).map_or(&[][..], Vec::as_slice), sort);
            if lang == "*" {
                break;
            }
        }
    }
    all
}

/// The text as it is compared: hyphens and hard spaces as spaces, brackets narrow. Vietnamese keeps
/// its case, since its wrong names are ordinary words in small letters.
fn plain<'a>(text: &'a str, lang: &str) -> Cow<'a, str> {
    let odd = |c: char| matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{A0}' | '（' | '）');
    let text = super::nfc(text);
    let text = if text.contains(odd) {
        let narrow = |c: char| match c {
            '（' => '(',
            '）' => ')',
            c if odd(c) => ' ',
            c => c,
        };
        Cow::Owned(text.chars().map(narrow).collect())
    } else {
        text
    };
    if lang == "vi" { text } else { Cow::Owned(text.to_lowercase()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glossary() -> Glossary {
        Glossary::read(
            r#"[
            {"id": "dak-lak", "kind": "place", "vi": ["Đắk Lắk"], "en": ["Dak Lak", "Daklak"], "ja": ["ダクラク"]},
            {"id": "bao", "kind": "agency", "vi": ["Báo Đắk Lắk"], "en": ["Dak Lak Newspaper"]},
            {"id": "tuy-hoa", "kind": "place", "vi": ["Tuy Hòa"], "en": ["Tuy Hoa"]}
        ]"#,
        )
        .unwrap()
    }

    fn missing(vi: &str, lang: &str, text: &str) -> Vec<String> {
        let glossary = glossary();
        let named = glossary.named([vi].into_iter());
        glossary.missing(&named, lang, [text].into_iter()).iter().map(|n| n.id.clone()).collect()
    }

    #[test]
    fn a_name_is_missed_where_its_rendering_is_known() {
        assert_eq!(missing("tỉnh Đắk Lắk", "en", "the province"), ["dak-lak"]);
        assert!(missing("tỉnh Đắk Lắk", "en", "in ĐẮK LẮK province").is_empty());
        assert!(missing("tỉnh Đắk Lắk", "en", "Daklak's coffee").is_empty());
        assert!(missing("tỉnh Đắk Lắk", "ja", "ダクラク省のコーヒー").is_empty());
        assert_eq!(missing("tỉnh Đắk Lắk", "ja", "高原の省"), ["dak-lak"]);
        assert!(missing("tỉnh Đắk Lắk", "fr", "la province").is_empty(), "no rendering is known");
        assert!(missing("Đắk Lắkk", "en", "").is_empty(), "whole words only");
        assert!(missing("đắk lắk", "en", "").is_empty(), "a name has a capital");
        assert_eq!(missing("TỈNH ĐẮK LẮK", "en", "the province"), ["dak-lak"]);
    }

    #[test]
    fn the_longest_name_counts_and_tone_marks_may_stand_either_way() {
        assert_eq!(missing("Báo Đắk Lắk", "en", "a newspaper"), ["bao"]);
        assert!(missing("Báo Đắk Lắk", "en", "Dak Lak Newspaper").is_empty());
        assert_eq!(missing("thành phố Tuy Hoà", "en", "the city"), ["tuy-hoa"]);
    }

    fn wrong(lang: &str, text: &str) -> Vec<(String, bool)> {
        let claims = Claims::read(include_str!("../../assets/screening/sovereignty.json")).unwrap();
        let found = claims.wrong(lang, text);
        found.iter().map(|wrong| (wrong.id.to_owned(), wrong.alone)).collect()
    }

    #[test]
    fn wrong_names_of_the_sea_are_found_in_every_language() {
        for (lang, text, id) in [
            ("en", "in the South China Sea", "bien-dong"),
            ("zh-Hans", "中国南海诸岛", "bien-dong"),
            ("zh-Hant", "西沙群島", "hoang-sa"),
            ("zh", "南沙群岛", "truong-sa"),
            ("ja", "南シナ海の島々", "bien-dong"),
            ("ko", "남중국해에서", "bien-dong"),
            ("fr", "en mer de Chine méridionale", "bien-dong"),
            ("ru", "в Южно-Китайском море", "bien-dong"),
            ("vi", "đường chín đoạn", "nine-dash-line"),
            ("vi", "quần đảo Tây Sa", "hoang-sa"),
            ("pt", "九段线", "nine-dash-line"),
        ] {
            assert_eq!(wrong(lang, text), [(id.to_owned(), false)], "{lang}: {text}");
        }
    }

    #[test]
    fn right_names_and_innocent_letters_pass() {
        for (lang, text) in [
            ("vi", "quần đảo Hoàng Sa và Trường Sa ở Biển Đông"),
            ("en", "the Hoang Sa (Paracel) archipelago in the East Sea"),
            ("zh-Hans", "越南的黄沙群岛和长沙群岛，东海"),
            ("vi", "phía nam sa mạc, bờ biển đông người"),
            ("zh-Hans", "越南海军"),
            ("en", "Paracelsus"),
        ] {
            assert_eq!(wrong(lang, text), [], "{lang}: {text}");
        }
        assert_eq!(wrong("en", "the Paracel Islands"), [("hoang-sa".to_owned(), true)]);
    }
}
