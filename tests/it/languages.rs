//! The language rule on real sentences; runs where the data sets lie beside the project.

use std::{collections::BTreeMap, path::Path};

use quangba::text::{Contradiction, contradiction};

/// Sentences of at least so many characters count.
const LONG: usize = 60;

fn shared(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let read = std::fs::read_to_string(&path);
    if read.is_err() {
        eprintln!("SKIPPED: {} is not there", path.display());
    }
    read.ok()
}

fn sentences(folder: &str) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for part in ["train", "dev"] {
        let text = shared(&format!("sib200/{folder}/{part}.tsv"))?;
        let rows = text.lines().skip(1).filter_map(|line| line.splitn(3, '\t').nth(2));
        all.extend(rows.map(|text| text.trim_matches('"').to_owned()));
    }
    Some(all)
}

const FOLDERS: [(&str, &str); 11] = [
    ("vi", "vie_Latn"),
    ("en", "eng_Latn"),
    ("fr", "fra_Latn"),
    ("zh", "zho_Hans"),
    ("zh", "zho_Hant"),
    ("ja", "jpn_Jpan"),
    ("ko", "kor_Hang"),
    ("lo", "lao_Laoo"),
    ("km", "khm_Khmr"),
    ("th", "tha_Thai"),
    ("ru", "rus_Cyrl"),
];

/// Rows: what a sentence is; columns: what it was declared as; cells: how many in a hundred are
/// contradicted.
#[test]
fn a_sentence_is_contradicted_when_its_label_is_wrong() {
    let mut table: BTreeMap<(usize, &str), (u32, u32)> = BTreeMap::new();
    for (row, (lang, folder)) in FOLDERS.iter().enumerate() {
        let Some(sentences) = sentences(folder) else { return };
        // A Chinese sentence says in 20 characters what takes 60 in English.
        let least = if matches!(*lang, "zh" | "ja" | "ko") { LONG / 3 } else { LONG };
        for text in sentences.iter().filter(|text| least <= text.chars().count()) {
            for (declared, _) in FOLDERS {
                let cell = table.entry((row, declared)).or_default();
                cell.0 += u32::from(contradiction(declared, text).is_some());
                cell.1 += 1;
            }
        }
    }
    let columns = ["vi", "en", "fr", "zh", "ja", "ko", "lo", "km", "th", "ru"];
    eprintln!("| is \\ declared | {} |", columns.join(" | "));
    for (row, (lang, folder)) in FOLDERS.iter().enumerate() {
        let cells = columns.map(|declared| {
            let (hit, of) = table[&(row, declared)];
            // zh was counted twice, once a folder.
            100.0 * f64::from(hit) / f64::from(of)
        });
        let shown = cells.map(|share| format!("{share:.1}"));
        eprintln!("| {folder} | {} |", shown.join(" | "));
        for (declared, share) in columns.iter().zip(cells) {
            if declared == lang {
                assert!(share <= 1.0, "{folder} declared rightly: {share:.2} % false alarms");
            }
        }
    }
    let share = |row: usize, declared| {
        let (hit, of) = table[&(row, declared)];
        f64::from(hit) / f64::from(of)
    };
    assert!(0.99 <= share(0, "en") && 0.99 <= share(1, "vi"), "swapped labels");
    for declared in ["vi", "en", "th"] {
        assert!(0.99 <= share(7, declared) && 0.99 <= share(8, declared), "Lao and Khmer");
    }
}

#[test]
fn swapped_halves_of_real_articles_are_caught() {
    let (Some(vi), Some(en)) =
        (shared("parallel-alt-envi/data.vi"), shared("parallel-alt-envi/data.en"))
    else {
        return;
    };
    let count = |text: &str, declared: &str| {
        let long = text.lines().filter(|line| LONG <= line.chars().count());
        let all: Vec<&str> = long.collect();
        let hit = all.iter().filter(|line| contradiction(declared, line).is_some()).count();
        (hit, all.len())
    };
    for (what, text, right, wrong) in [("vi", &vi, "vi", "en"), ("en", &en, "en", "vi")] {
        let (alarms, of) = count(text, right);
        let (caught, _) = count(text, wrong);
        eprintln!("{what}: {of} sentences, {alarms} false alarms, swapped caught {caught}");
        assert!(alarms * 100 <= of, "{what}: {alarms} of {of}");
        assert!(of * 99 <= caught * 100, "{what}: {caught} of {of}");
    }
}

#[test]
fn languages_without_statistics_are_declared_not_contradicted() {
    let text = "Ƀuôn Čư̆ Mblang, hruê ŏ mâo mnuih buôn sang bi lŏ wĭt hŏng knhuah gru dưm";
    for declared in ["rad", "jra", "kpm", "sed", "bdq", "cmo", "hmn", "tyz", "nut", "ium"] {
        assert_eq!(contradiction(declared, text), None, "{declared}");
    }
    let unmarked = "Tinh noi tieng voi ca phe va khong gian van hoa cong chieng Tay Nguyen";
    assert!(matches!(
        contradiction("vi", unmarked),
        Some(Contradiction::Unmarked | Contradiction::Other(_) | Contradiction::Letters)
    ));
    assert_eq!(contradiction("en", "Liên hệ với chúng tôi"), None, "too short to tell");
}
