//! Whether a word could be a Vietnamese syllable: onset, rime and tone by the rules of the spelling,
//! not by a list of words.

use super::{lower, part};

/// The most letters of a syllable: `nghiêng`.
const LONGEST: usize = 7;

/// Consonants at the beginning, those first that begin as others do.
const ONSETS: [&str; 27] = [
    "ngh", "ng", "nh", "gh", "gi", "ch", "kh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g",
    "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x",
];

/// Whether the word, in Unicode NFC and any case, is spelled as a Vietnamese syllable.
pub(super) fn is_syllable(word: &str) -> bool {
    let mut bare = String::new();
    let mut tone = None;
    for (at, c) in word.chars().enumerate() {
        let (letter, mark) = part(lower(c));
        if LONGEST <= at || tone.is_some() && mark.is_some() {
            return false;
        }
        tone = tone.or(mark);
        bare.push(letter);
    }
    let stopped = bare.ends_with(['c', 'k', 'p', 't']) || bare.ends_with("ch");
    // Before a stop there are two tones only; unmarked is how such words are written in plain ASCII.
    if stopped && tone.is_some_and(|tone| tone != '\u{301}' && tone != '\u{323}') {
        return false;
    }
    // Names of the highlands end in k where Vietnamese has c: `Đắk Lắk`.
    if bare.ends_with('k') && 1 < bare.len() {
        bare.pop();
        bare.push('c');
    }
    if is_rime(&bare) {
        return true;
    }
    ONSETS.iter().any(|onset| bare.strip_prefix(onset).is_some_and(|rest| follows(onset, rest)))
}

/// Whether the rime may stand behind the onset.
fn follows(onset: &str, rime: &str) -> bool {
    let front = rime.starts_with(['i', 'e', 'ê', 'y']);
    match onset {
        "qu" => match rime.strip_prefix('y') {
            Some(rest) => is_rime(&format!("i{rest}")),
            None => is_rime(rime),
        },
        "gi" => is_rime(rime),
        // `gì`, `giêng`: the i belongs to both.
        "g" if rime.starts_with('i') => is_rime(rime),
        "k" | "gh" | "ngh" => front && is_rime(rime),
        "c" | "g" | "ng" => !front && is_rime(rime),
        _ => is_rime(rime),
    }
}

fn is_rime(rime: &str) -> bool {
    let mut letters = rime.chars();
    let (Some(first), rest) = (letters.next(), letters.as_str()) else { return false };
    match first {
        'a' => ["", "c", "ch", "i", "m", "n", "ng", "nh", "o", "p", "t", "u", "y"].contains(&rest),
        'ă' => ["c", "m", "n", "ng", "p", "t"].contains(&rest),
        'â' => ["c", "m", "n", "ng", "p", "t", "u", "y"].contains(&rest),
        'e' => ["", "c", "m", "n", "ng", "o", "p", "t"].contains(&rest),
        'ê' => ["", "ch", "m", "n", "nh", "p", "t", "u"].contains(&rest),
        'i' => is_i(rest),
        'o' => is_o(rest),
        'ô' => ["", "c", "i", "m", "n", "ng", "p", "t"].contains(&rest),
        'ơ' => ["", "i", "m", "n", "p", "t"].contains(&rest),
        'u' => is_u(rest),
        'ư' => is_w(rest),
        'y' => ["", "êm", "ên", "êng", "êt", "êu"].contains(&rest),
        _ => false,
    }
}

fn is_i(rest: &str) -> bool {
    ["", "a", "ch", "m", "n", "ng", "nh", "p", "t", "u"].contains(&rest)
        || ["êc", "êm", "ên", "êng", "êp", "êt", "êu"].contains(&rest)
}

fn is_o(rest: &str) -> bool {
    ["", "c", "i", "m", "n", "ng", "p", "t", "oc", "ong"].contains(&rest)
        || ["a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "ay"]
            .contains(&rest)
        || ["ăc", "ăm", "ăn", "ăng", "ăt", "e", "en", "eo", "et"].contains(&rest)
}

fn is_u(rest: &str) -> bool {
    ["", "a", "c", "i", "m", "n", "ng", "p", "t", "ơ"].contains(&rest)
        || ["ân", "âng", "ât", "ây", "ê", "êch", "ên", "ênh"].contains(&rest)
        || ["ôc", "ôi", "ôm", "ôn", "ông", "ôt"].contains(&rest)
        || ["y", "ya", "ych", "yên", "yêt", "ynh", "yt", "yu", "yn"].contains(&rest)
}

fn is_w(rest: &str) -> bool {
    ["", "a", "c", "i", "m", "n", "ng", "t", "u"].contains(&rest)
        || ["ơc", "ơi", "ơm", "ơn", "ơng", "ơp", "ơt", "ơu"].contains(&rest)
}
