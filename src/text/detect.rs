//! Which language a text is in: by its script, by the letters that only Vietnamese has, and for
//! longer texts by statistics. A hint beside what the author declared, never a verdict.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

/// The text length in characters below which statistics are not asked.
const ENOUGH: usize = 40;
/// The characters of a text that statistics are asked of; more make them no surer.
const SAMPLE: usize = 500;

/// What a text seems to be written in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detected {
    /// BCP 47 tag of the language, without script: `zh` for both ways of writing Chinese.
    pub lang: &'static str,
    /// 0 (a guess) to 1 (no other is likely).
    pub confidence: f64,
}

const KNOWN: [(Lang, &str); 11] = [
    (Lang::Vie, "vi"),
    (Lang::Eng, "en"),
    (Lang::Fra, "fr"),
    (Lang::Spa, "es"),
    (Lang::Deu, "de"),
    (Lang::Rus, "ru"),
    (Lang::Cmn, "zh"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Tha, "th"),
    (Lang::Khm, "km"),
];

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(KNOWN.iter().map(|(lang, _)| *lang).collect()));

/// The language of the text, as far as it can be told.
///
/// Lao, Khmer, Thai, Korean, Japanese and Chinese are told by their script at any length
/// (Japanese without kana reads as Chinese), Vietnamese by its letters; everything else needs
/// about 40 characters. `None` if nothing decides.
#[must_use]
pub fn detect(text: &str) -> Option<Detected> {
    let seen = Seen::of(text);
    seen.script().or_else(|| seen.vietnamese()).or_else(|| seen.statistics(text))
}

/// Why a text is not what it was declared to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// It looks like this language (a BCP 47 tag without script).
    Other(&'static str),
    /// It is in the right language, or might be, but its letters lack their marks.
    Unmarked,
    /// It is not in the declared language's letters; in which language, nobody can tell.
    Letters,
}

/// A translation is held against what it claims to be from this confidence on.
const SURE: f64 = 0.8;

/// What speaks against a text being in the language `declared` (its primary subtag).
///
/// Nothing is said of texts below 40 characters, of which one in Chinese, Japanese or Korean
/// writing counts twice, or of languages that no statistics know: the languages of the highland
/// and northern peoples are declared, not contradicted.
#[must_use]
pub fn contradiction(declared: &str, text: &str) -> Option<Contradiction> {
    let seen = Seen::of(text);
    let weight = seen.chars.saturating_add(seen.east());
    if weight < ENOUGH || seen.letters.saturating_mul(2) < seen.chars {
        return None;
    }
    let script = seen.script().map(|found| found.lang);
    let other = |lang| Some(Contradiction::Other(lang));
    match declared {
        "vi" => seen.not_vietnamese(text),
        "en" if seen.is_english(text) => None,
        "en" | "fr" | "es" | "de" => {
            if let Some(lang) = script.or_else(|| seen.vietnamese().map(|found| found.lang)) {
                return other(lang);
            }
            let found = seen.statistics(text).filter(|found| SURE < found.confidence)?;
            (found.lang != declared).then_some(Contradiction::Other(found.lang))
        }
        "ru" if seen.cyrillic.saturating_mul(2) < seen.letters => Some(seen.guess(text)),
        "zh" | "ja" | "ko" | "th" | "km" | "lo" => match script {
            Some(lang) if lang == declared => None,
            Some(lang) => other(lang),
            None => Some(seen.guess(text)),
        },
        _ => None,
    }
}

/// What the text is made of.
#[derive(Default)]
struct Seen {
    chars: usize,
    letters: usize,
    lao: usize,
    khmer: usize,
    thai: usize,
    hangul: usize,
    kana: usize,
    han: usize,
    cyrillic: usize,
    words: usize,
    /// Words with a letter that hardly any other language has.
    vietnamese: usize,
    /// Words with a letter that Vietnamese does not have.
    foreign: usize,
}

impl Seen {
    fn of(text: &str) -> Self {
        let mut seen = Self::default();
        for c in text.chars() {
            seen.chars = seen.chars.saturating_add(1);
            let place = match c {
                '\u{E80}'..='\u{EFF}' => &mut seen.lao,
                '\u{1780}'..='\u{17FF}' => &mut seen.khmer,
                '\u{E00}'..='\u{E7F}' => &mut seen.thai,
                '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7AF}' => {
                    &mut seen.hangul
                }
                '\u{3041}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' => &mut seen.kana,
                '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => &mut seen.han,
                '\u{400}'..='\u{52F}' => &mut seen.cyrillic,
                _ if letter(c) => {
                    seen.letters = seen.letters.saturating_add(1);
                    continue;
                }
                _ => continue,
            };
            *place = place.saturating_add(1);
            seen.letters = seen.letters.saturating_add(1);
        }
        seen.words(text);
        seen
    }

    fn words(&mut self, text: &str) {
        let text = super::nfc(text);
        for word in text.split(|c: char| !letter(c)).filter(|word| !word.is_empty()) {
            self.words = self.words.saturating_add(1);
            if word.chars().any(strange) {
                self.foreign = self.foreign.saturating_add(1);
            } else if super::has_marks(word) {
                self.vietnamese = self.vietnamese.saturating_add(1);
            }
        }
        if !text.chars().any(|c| matches!(c, 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư') || toned(c)) {
            self.vietnamese = 0;
        }
    }

    /// What statistics say of a text that is long enough.
    fn statistics(&self, text: &str) -> Option<Detected> {
        if self.chars < ENOUGH || self.letters.saturating_mul(2) < self.chars {
            return None;
        }
        let end = text.char_indices().nth(SAMPLE).map_or(text.len(), |(at, _char)| at);
        let info = DETECTOR.detect(text.get(..end)?)?;
        let (_, lang) = KNOWN.iter().find(|(known, _)| *known == info.lang())?;
        Some(Detected { lang, confidence: info.confidence() })
    }

    /// Whether every eighth word at least is one of those that only English has so often. What this
    /// says needs no statistics, which take ten times as long.
    fn is_english(&self, text: &str) -> bool {
        const OFTEN: [&str; 10] =
            ["the", "of", "and", "to", "is", "for", "with", "that", "was", "are"];
        if self.vietnamese.saturating_mul(4) > self.words {
            return false;
        }
        let often = text
            .split(' ')
            .filter(|word| OFTEN.contains(word) || (*word == "The" || *word == "It"));
        self.words < often.count().saturating_mul(8)
    }

    /// Characters of Chinese, Japanese and Korean writing, each of which says as much as two letters.
    const fn east(&self) -> usize {
        self.kana.saturating_add(self.han).saturating_add(self.hangul)
    }

    /// What the text is, where its letters are not those of the declared language.
    fn guess(&self, text: &str) -> Contradiction {
        let found = self.vietnamese().or_else(|| detect(text));
        found.map_or(Contradiction::Letters, |found| Contradiction::Other(found.lang))
    }

    /// What speaks against Vietnamese: another script, or hardly a word with its marks.
    fn not_vietnamese(&self, text: &str) -> Option<Contradiction> {
        if let Some(found) = self.script() {
            return Some(Contradiction::Other(found.lang));
        }
        let marked = self.words.saturating_mul(15) < self.vietnamese.saturating_mul(100);
        if self.words < 6 || marked {
            return None;
        }
        let found = detect(text);
        Some(match found {
            Some(Detected { lang: "vi", .. }) => Contradiction::Unmarked,
            Some(found) => Contradiction::Other(found.lang),
            None => Contradiction::Letters,
        })
    }

    fn script(&self) -> Option<Detected> {
        let of = |count: usize, lang| {
            let most = self.letters < count.saturating_mul(2);
            most.then(|| Detected { lang, confidence: share(count, self.letters) })
        };
        let east = self.kana.saturating_add(self.han);
        let japanese = if self.kana.saturating_mul(10) < east { "zh" } else { "ja" };
        of(self.lao, "lo")
            .or_else(|| of(self.khmer, "km"))
            .or_else(|| of(self.thai, "th"))
            .or_else(|| of(self.hangul, "ko"))
            .or_else(|| of(east, japanese))
    }

    /// Vietnamese marks more than half of its words; a foreign sentence with a Vietnamese name
    /// or two stays below, a text with letters such as `ŏ` or `č` is of another people.
    fn vietnamese(&self) -> Option<Detected> {
        let most = self.words < self.vietnamese.saturating_mul(2);
        let own = self.foreign.saturating_mul(20) <= self.words;
        (most && own).then(|| Detected {
            lang: "vi",
            confidence: share(self.vietnamese, self.words).midpoint(1.0),
        })
    }
}

/// Whether it is a letter; those of Vietnamese without a look into Unicode's tables.
fn letter(c: char) -> bool {
    match c {
        'a'..='z'
        | 'A'..='Z'
        | '\u{C0}'..='\u{D6}'
        | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{24F}' => true,
        '\u{1E00}'..='\u{1EFF}' => true,
        '\0'..='\u{A9}' => false,
        c => c.is_alphabetic(),
    }
}

/// Letters with two marks or a dot below, as good as only Vietnamese has them.
fn toned(c: char) -> bool {
    ('\u{1EA0}'..='\u{1EF9}').contains(&c)
}

/// Latin letters with marks that Vietnamese never writes.
fn strange(c: char) -> bool {
    matches!(c, 'ç' | 'ñ' | 'ä' | 'ö' | 'ü' | 'å' | 'ø' | 'æ' | 'ß' | 'ë' | 'ï' | 'î' | 'û' | 'œ')
        || (matches!(c, '\u{100}'..='\u{24F}')
            && !matches!(c.to_lowercase().next(), Some('ă' | 'đ' | 'ĩ' | 'ũ' | 'ơ' | 'ư')))
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |n: usize| u32::try_from(n).map_or(f64::from(u32::MAX), f64::from);
    number(part) / number(whole.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(text: &str) -> Option<&'static str> {
        detect(text).map(|found| found.lang)
    }

    #[test]
    fn scripts_decide_at_any_length() {
        assert_eq!(lang("ລາວ"), Some("lo"));
        assert_eq!(lang("ភាសាខ្មែរ"), Some("km"));
        assert_eq!(lang("ภาษาไทย"), Some("th"));
        assert_eq!(lang("한국어"), Some("ko"));
        assert_eq!(lang("世界遺産の登録"), Some("ja"));
        assert_eq!(lang("世界遗产"), Some("zh"));
    }

    #[test]
    fn vietnamese_letters_decide_short_texts() {
        for text in
            ["Tràng An, Ninh Bình và Đắk Lắk", "Lễ hội cồng chiêng", "ĐÀ LẠT", "co\u{302}\u{300}ng"]
        {
            assert_eq!(lang(text), Some("vi"), "{text}");
        }
        assert_eq!(lang("Contact us"), None);
        assert_eq!(lang("Été à Đà Lạt, où ça déçoit"), None);
        assert_eq!(lang("Ƀuôn Čư̆ Mblang, hruê ŏ"), None);
    }

    #[test]
    fn statistics_decide_longer_texts() {
        let long = [
            ("The province of Đắk Lắk is known for its coffee and for the culture of gongs.", "en"),
            ("La province est connue pour son café et pour la culture des gongs du plateau.", "fr"),
            ("Провинция известна своим кофе и культурой гонгов народов нагорья.", "ru"),
            ("Tỉnh nổi tiếng với cà phê và không gian văn hóa cồng chiêng Tây Nguyên.", "vi"),
        ];
        for (text, expected) in long {
            assert_eq!(lang(text), Some(expected), "{text}");
        }
        assert_eq!(lang(&"1234 - 5678. ".repeat(20)), None);
    }

    #[test]
    fn confidence_is_a_share() {
        for text in ["", "Lễ hội", "世界 abc", "a"] {
            assert!(detect(text).is_none_or(|found| (0.0..=1.0).contains(&found.confidence)));
        }
    }
}
