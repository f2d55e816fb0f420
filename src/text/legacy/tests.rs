use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// All vowels with their marks but without tones, and đ.
const LETTERS: &str = "aăâeêioôơuưyđ";

/// All Vietnamese letters beyond ASCII, small ones first.
fn letters() -> Vec<char> {
    let mut all = Vec::new();
    for base in LETTERS.chars() {
        all.push(base);
        for tone in TONES.into_iter().filter(|_| base != 'đ') {
            all.extend(format!("{base}{tone}").nfc());
        }
    }
    all.retain(|c| !c.is_ascii());
    assert_eq!(all.len(), 67);
    let capitals: Vec<char> = all.iter().flat_map(|c| c.to_uppercase()).collect();
    all.extend(capitals);
    all
}

/// How each letter is written in the encoding.
fn codes(encoding: Encoding) -> HashMap<char, String> {
    let high: Vec<char> = ('\u{A1}'..='\u{FF}').collect();
    let bases = "aeiouyAEIOUYôöÔÖ¡¢£¤¥¦";
    let pairs = bases.chars().flat_map(|base| high.iter().map(move |mark| format!("{base}{mark}")));
    let all: Vec<String> = high.iter().map(char::to_string).chain(pairs).collect();
    let vni = encoding == Encoding::Vni;
    let mut codes = HashMap::new();
    for c in letters() {
        let found = all.iter().find(|code| {
            // What an encoding has not passes through as it is; these letters it has as Latin-1 does.
            let same = if vni { "ìíÌÍ" } else { "ý" };
            let through = **code == c.to_string() && !same.contains(c);
            // A capital letter with a small mark is read as well, but no keyboard writes it.
            let mixed = vni && code.chars().any(char::is_lowercase) == c.is_uppercase();
            !through && !mixed && decode(encoding, code) == c.to_string()
        });
        codes.insert(c, found.unwrap_or_else(|| panic!("{encoding:?} has no {c}")).clone());
    }
    codes
}

/// The text in the encoding, letters that it has not as they are.
fn encode(encoding: Encoding, text: &str) -> String {
    static TCVN3: LazyLock<HashMap<char, String>> = LazyLock::new(|| codes(Encoding::Tcvn3));
    static VNI: LazyLock<HashMap<char, String>> = LazyLock::new(|| codes(Encoding::Vni));
    let codes = if encoding == Encoding::Vni { &VNI } else { &TCVN3 };
    text.chars().map(|c| codes.get(&c).cloned().unwrap_or_else(|| c.to_string())).collect()
}

#[test]
fn every_vietnamese_letter_comes_back_from_both_encodings() {
    let all: Vec<String> = letters().iter().map(|c| format!("{c}n ")).collect();
    let all = all.concat();
    for encoding in [Encoding::Tcvn3, Encoding::Vni] {
        let old = encode(encoding, &all);
        assert!(!is_unicode(&old), "{old}");
        assert_eq!(decode(encoding, &old), all, "{encoding:?}");
    }
}

#[test]
fn what_people_have_on_their_disks_is_read() {
    for (encoding, old, now) in [
        (
            Encoding::Tcvn3,
            "Céng hßa x· héi chñ nghÜa ViÖt Nam",
            "Cộng hòa xã hội chủ nghĩa Việt Nam",
        ),
        (Encoding::Tcvn3, "§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        (Encoding::Tcvn3, "®\u{ad}îc ng\u{ad}êi", "được người"),
        (Encoding::Tcvn3, "UBND TØNH §¾K L¾K", "UBND TØNH ĐắK LắK"),
        (Encoding::Tcvn3, "¢Ên b¶n ¢Êt A¸ Oãc", "Ấn bản Ất Á Óc"),
        (
            Encoding::Vni,
            "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam",
            "Cộng hòa xã hội chủ nghĩa Việt Nam",
        ),
        (Encoding::Vni, "Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
        (Encoding::Vni, "ÑAÉK LAÉK, Ñöôïc ngöôøi", "ĐẮK LẮK, Được người"),
        (Encoding::Vni, "kyõ, Myõ, tyû, lyù, quyø, tî", "kỹ, Mỹ, tỷ, lý, quỳ, tỵ"),
    ] {
        // The letter Ø is no capital in TCVN3: there is none with a tone.
        let now = now.replace("TØNH", "TỉNH");
        assert_eq!(decode(encoding, old), now);
    }
}

#[test]
fn symbol_fonts_and_user_defined_pages_are_read_alike() {
    assert_eq!(decode(Encoding::Tcvn3, "Vi\u{F0D6}t"), "Việt");
    assert_eq!(decode(Encoding::Tcvn3, "Vi\u{F7D6}t"), "Việt");
    assert_eq!(decode(Encoding::Vni, "Vie\u{F0E4}t"), "Việt");
}

#[test]
fn unicode_is_left_alone() {
    for text in ["Được, là và có", "co\u{302}\u{323}ng", "plain"] {
        for encoding in [Encoding::Tcvn3, Encoding::Vni] {
            assert_eq!(decode(encoding, text), nfc(text));
        }
        assert_eq!(guess(text), None);
    }
    assert!(matches!(decode(Encoding::Vni, "đã"), Cow::Borrowed(_)));
}

#[test]
fn fonts_are_known_by_their_names() {
    for (name, encoding, capitals) in [
        (".VnTime", Encoding::Tcvn3, false),
        (".VnTimeH", Encoding::Tcvn3, true),
        (" \".VnArialH\"", Encoding::Tcvn3, true),
        (".VnTimeH Bold", Encoding::Tcvn3, true),
        (".vntime", Encoding::Tcvn3, false),
        ("VnTime", Encoding::Tcvn3, false),
        (".VnBlackH", Encoding::Tcvn3, true),
        ("VNI-Times", Encoding::Vni, false),
        ("VNI Helve", Encoding::Vni, false),
        ("vni-times", Encoding::Vni, false),
    ] {
        assert_eq!(by_font(name), Some((encoding, capitals)), "{name}");
    }
    for name in
        ["Times New Roman", "Arial", "VNU Times", "Vnopq", "", ".", "vn", "Vnienna", "Viner"]
    {
        assert_eq!(by_font(name), None, "{name}");
    }
}

#[test]
fn syllables_are_told_by_their_spelling() {
    for word in
        "nghiêng Lắk giết gì quốc quyết quỳnh khuỷu ươm xoong Việt TRƯỜNG đặc ắt ý oẳn".split(' ')
    {
        assert!(syllable::is_syllable(word), "{word}");
    }
    for word in "nghan kác cê étre ắc̀t việc̉ ầa strong bãc phật2 été über".split(' ')
    {
        assert!(!syllable::is_syllable(word), "{word}");
    }
}

#[test]
fn old_encodings_are_recognised() {
    let texts = [
        "Ủy ban nhân dân tỉnh đã ban hành quyết định về việc phê duyệt kế hoạch phát triển du lịch",
        "Lễ hội cồng chiêng được tổ chức tại Buôn Ma Thuột với sự tham gia của nhiều nghệ nhân",
    ];
    for text in texts {
        for encoding in [Encoding::Tcvn3, Encoding::Vni] {
            let found = guess(&encode(encoding, text)).unwrap();
            assert_eq!(found.encoding, encoding);
            assert!(0.9 < found.confidence, "{found:?}");
        }
    }
}

#[test]
fn other_languages_are_not_taken_for_vietnamese() {
    for text in [
        "L'été dernier, où êtes-vous allés ? Nous avons visité les côtes françaises, très fréquentées.",
        "Die Größe der Türme überrascht; schöne Häuser säumen die Straßen der fröhlichen Städte.",
        "El año pasado el niño cumplió diez años y su mamá le compró un balón más grande también.",
        "A população não é só de irmãos; há também avós, além de ações, lições e corações.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy.",
        "Vedení obce nám umí dát, já vím, svou váhu má i náš malý dům.",
        "Là và có thì ôn là bà ý, há, mùa hè, cá, gà, bò, hò, ví",
        "© 2024 Company® — 25 °C, 5 µm, 3·4, «quoted», ½",
        "Málaga, Córdoba, São Paulo, Zürich, Reykjavík, Łódź",
    ] {
        let found = guess(text);
        assert!(found.is_none_or(|found| found.confidence < 0.5), "{text}: {found:?}");
    }
}

/// The sentences of a language in the data set SIB-200, or nothing if it is not there.
#[expect(clippy::disallowed_methods, reason = "only a test reads where the data sets lie")]
fn sentences(lang: &str) -> Vec<String> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let sets = std::env::var_os("QUANGBA_DATA_SETS").map_or_else(beside, PathBuf::from);
    let path = sets.join("sib200").join(lang).join("train.tsv");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let rows = text.lines().skip(1).filter_map(|line| line.split('\t').nth(2));
    rows.map(|line| nfc(line).into_owned()).collect()
}

#[test]
fn real_sentences_are_told_apart() {
    let vietnamese = sentences("vie_Latn");
    if vietnamese.is_empty() {
        return std::io::stdout().write_all(b"skipped: no data sets here\n").unwrap();
    }
    for encoding in [Encoding::Tcvn3, Encoding::Vni] {
        let mut found = 0;
        for text in &vietnamese {
            let old = encode(encoding, text);
            // Signs such as ¥ have their places taken by letters.
            if !text
                .contains(['¥', '£', '°', '§', '®', '·', 'µ', '¹', '½', '¼', 'ç', 'ö', 'ä', 'ü'])
            {
                assert_eq!(decode(encoding, &old), *text);
            }
            let sure = guess(&old).filter(|guess| 0.8 <= guess.confidence);
            found += usize::from(sure.is_some_and(|guess| guess.encoding == encoding));
        }
        assert!(vietnamese.len() * 9 < found * 10, "{encoding:?}: {found} of {}", vietnamese.len());
    }
    for lang in ["fra_Latn", "eng_Latn", "vie_Latn"] {
        for text in sentences(lang) {
            assert!(guess(&text).is_none_or(|guess| guess.confidence < 0.8), "{lang}: {text}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "[ -~\u{A0}-\u{FF}\u{F0A0}-\u{F0FF}ầư]{0,40}") {
        for encoding in [Encoding::Tcvn3, Encoding::Vni] {
            let read = decode(encoding, &text);
            prop_assert_eq!(nfc(&read), read.clone());
        }
        if let Some(found) = guess(&text) {
            prop_assert!((0.0..=1.0).contains(&found.confidence));
        }
    }
}
