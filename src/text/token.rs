//! Text cut into tokens by runs of one kind of script, each with its place in the text as given.
//!
//! Words of scripts that put spaces are whole tokens; scripts without spaces (Han, kana, Thai,
//! Lao, Khmer, Myanmar) come as overlapping pairs of characters; Hangul as both.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word of a script that puts spaces between words; in Vietnamese a syllable.
    Word,
    /// One or two characters of a script without spaces, or a Hangul word.
    Gram,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The piece as it stands in the text: neither folded nor composed.
    pub text: &'a str,
    /// Its first byte in the text.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// The tokens of the text, in order of their first byte.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    scan(text, &mut |token| out.push(token));
    out
}

/// Like [`tokens`], handing each to `found` instead of keeping it.
pub fn scan<'a>(text: &'a str, found: &mut impl FnMut(Token<'a>)) {
    let mut run = Run::default();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let mut script = script(c);
        match (run.script, script) {
            (Script::Word, Script::Apostrophe)
                if chars.peek().is_some_and(|(_, next)| next.is_alphabetic()) =>
            {
                script = Script::Word;
            }
            // Marks belong to what they stand on, joiners are invisible.
            (before, Script::Mark) => script = before,
            _ => {}
        }
        if script != run.script {
            run.finish(text, found);
            run.script = script;
        }
        if script.is_text() {
            run.push(at, c);
        }
    }
    run.finish(text, found);
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Script {
    Word,
    Spaceless,
    Hangul,
    Apostrophe,
    Mark,
    #[default]
    Other,
}

impl Script {
    fn is_text(self) -> bool {
        matches!(self, Self::Word | Self::Spaceless | Self::Hangul)
    }
}

fn script(c: char) -> Script {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Script::Word,
        '\'' | '\u{2019}' | '\u{2BC}' => Script::Apostrophe,
        '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200D}' | '\u{AD}' | '\u{3099}' | '\u{309A}' => {
            Script::Mark
        }
        '\u{E3F}' | '\u{E4F}' | '\u{E5A}' | '\u{E5B}' | '\u{17D4}'..='\u{17DB}' => Script::Other,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' => {
            Script::Spaceless
        }
        '\u{30FB}' => Script::Other,
        '\u{3005}' | '\u{3007}' | '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => {
            Script::Spaceless
        }
        '\u{2E80}'..='\u{2FDF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => {
            Script::Spaceless
        }
        '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{20000}'..='\u{3FFFD}' => {
            Script::Spaceless
        }
        '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7AF}' => {
            Script::Hangul
        }
        _ if c.is_alphanumeric() => Script::Word,
        _ => Script::Other,
    }
}

/// The run that is being read; for scripts without spaces also where its characters stand.
#[derive(Default)]
struct Run {
    script: Script,
    span: Option<(usize, usize)>,
    chars: Vec<(usize, usize)>,
}

impl Run {
    fn push(&mut self, at: usize, c: char) {
        let end = at.saturating_add(c.len_utf8());
        let start = self.span.map_or(at, |(start, _)| start);
        self.span = Some((start, end));
        if self.script == Script::Word {
            return;
        }
        match self.chars.last_mut() {
            Some(last) if script(c) == Script::Mark => last.1 = end,
            _ => self.chars.push((at, end)),
        }
    }

    fn finish<'a>(&mut self, text: &'a str, found: &mut impl FnMut(Token<'a>)) {
        let Some((start, end)) = self.span.take() else { return };
        let mut give = |start, end, kind| {
            if let Some(text) = text.get(start..end) {
                found(Token { text, start, end, kind });
            }
        };
        if self.script == Script::Word {
            give(start, end, Kind::Word);
            return;
        }
        if self.chars.len() == 1 || (self.script == Script::Hangul && 2 < self.chars.len()) {
            give(start, end, Kind::Gram);
        }
        for pair in self.chars.windows(2) {
            if let [(start, _), (_, end)] = pair {
                give(*start, *end, Kind::Gram);
            }
        }
        self.chars.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_keep_their_marks_and_inner_apostrophes() {
        assert_eq!(
            texts("Người M'nông, M’nông: 'lễ' 2026-hội."),
            ["Người", "M'nông", "M’nông", "lễ", "2026", "hội"]
        );
        assert_eq!(texts("co\u{302}\u{300}ng chieng"), ["co\u{302}\u{300}ng", "chieng"]);
        assert_eq!(texts("dogs' tails'"), ["dogs", "tails"]);
    }

    #[test]
    fn scripts_without_spaces_come_in_pairs() {
        assert_eq!(texts("世界遺産"), ["世界", "界遺", "遺産"]);
        assert_eq!(texts("山 UNESCO山"), ["山", "UNESCO", "山"]);
        assert_eq!(texts("한국어 말"), ["한국어", "한국", "국어", "말"]);
        assert_eq!(texts("ກຂຄ"), ["ກຂ", "ຂຄ"]);
        assert_eq!(texts("ក\u{200b}ខ"), ["ក\u{200b}ខ"]);
    }

    proptest! {
        #[test]
        fn every_token_is_where_it_says(text in ".{0,60}") {
            for token in tokens(&text) {
                prop_assert_eq!(text.get(token.start..token.end), Some(token.text));
                prop_assert!(!token.text.is_empty());
            }
        }
    }
}
