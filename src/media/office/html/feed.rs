//! The parser fed piece by piece, so that a tag with too many attributes is seen before it costs
//! anything: the parser compares each attribute with all before it.
//!
//! Pieces are cut before each `<` and behind each `>`, so a token begins at the beginning of a
//! piece, and whether the parser is within one is known by what it has given out.

use std::cell::Cell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::{TokenizerResult, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};

use super::super::OfficeError;

/// The most attributes of a tag.
const ATTRIBUTES: u32 = 256;

/// Parses `text` into `sink`, whose `check` is asked after every piece.
///
/// # Errors
/// [`OfficeError::TooMuch`] where a tag has too many attributes; those of `check`.
pub(super) fn feed<S: TreeSink>(
    sink: S,
    text: &str,
    check: impl Fn(&S) -> Result<(), OfficeError>,
) -> Result<S, OfficeError> {
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new(sink, options);
    let watched = Watched { builder, gave: Cell::new(false) };
    let tokenizer = Tokenizer::new(watched, TokenizerOpts::default());
    let mut feeder = Feeder { tokenizer, queue: BufferQueue::default(), tag: None, inside: false };
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at_checked(cut(rest)).unwrap_or((rest, ""));
        feeder.piece(piece)?;
        check(&feeder.tokenizer.sink.builder.sink)?;
        rest = after;
    }
    feeder.push("");
    feeder.tokenizer.end();
    check(&feeder.tokenizer.sink.builder.sink)?;
    Ok(feeder.tokenizer.sink.builder.sink)
}

/// Where the next piece ends.
fn cut(text: &str) -> usize {
    let mut marks = text.match_indices(['<', '>']);
    let found = marks.find_map(|(at, mark)| match mark {
        ">" => Some(at.saturating_add(1)),
        _ => Some(at).filter(|at| 0 < *at),
    });
    found.unwrap_or(text.len())
}

/// What the tokenizer gives its tokens to.
struct Watched<S: TreeSink> {
    builder: TreeBuilder<S::Handle, S>,
    /// A token came out.
    gave: Cell<bool>,
}

impl<S: TreeSink> TokenSink for Watched<S> {
    type Handle = S::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<S::Handle> {
        if !matches!(token, Token::ParseError(_)) {
            self.gave.set(true);
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

struct Feeder<S: TreeSink> {
    tokenizer: Tokenizer<Watched<S>>,
    queue: BufferQueue,
    /// The tag that the tokenizer is within, if it is one.
    tag: Option<Scan>,
    /// It is within a token of any kind.
    inside: bool,
}

impl<S: TreeSink> Feeder<S> {
    fn piece(&mut self, piece: &str) -> Result<(), OfficeError> {
        if !self.inside {
            let name = piece.strip_prefix('<').map(|name| name.strip_prefix('/').unwrap_or(name));
            let is_tag =
                name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
            self.tag = is_tag.then(Scan::default);
        }
        let over = self.tag.as_mut().and_then(|tag| tag.scan(piece));
        let begun = piece.starts_with('<');
        let Some((before, after)) = over.and_then(|at| piece.split_at_checked(at)) else {
            let gave = self.push(piece);
            self.inside = !gave && (self.inside || begun);
            return Ok(());
        };
        if !self.push(before) {
            return Err(OfficeError::TooMuch("attributes of an element"));
        }
        // Text of a script, which is no tag whatever it looks like.
        self.push(after);
        (self.inside, self.tag) = (false, None);
        Ok(())
    }

    /// Gives text to the tokenizer; says whether a token came out.
    fn push(&mut self, text: &str) -> bool {
        self.tokenizer.sink.gave.set(false);
        if !text.is_empty() {
            self.queue.push_back(StrTendril::from(text));
        }
        while !matches!(self.tokenizer.feed(&self.queue), TokenizerResult::Done) {}
        self.tokenizer.sink.gave.get()
    }
}

/// Where in a tag the tokenizer is.
///
/// Source: HTML Living Standard, 13.2.5.8 and 13.2.5.32 to 13.2.5.40.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Tag,
    Between,
    Name,
    AfterName,
    BeforeValue,
    Double,
    Single,
    Unquoted,
}

#[derive(Default)]
struct Scan {
    place: Place,
    attributes: u32,
}

impl Scan {
    /// Counts the attributes in a piece; gives the place behind one too many.
    fn scan(&mut self, piece: &str) -> Option<usize> {
        for (at, c) in piece.char_indices() {
            let next = self.place.next(c);
            if next == Place::Name && self.place != Place::Name {
                self.attributes = self.attributes.saturating_add(1);
                if ATTRIBUTES < self.attributes {
                    return Some(at);
                }
            }
            self.place = next;
        }
        None
    }
}

impl Place {
    fn next(self, c: char) -> Self {
        let blank = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}');
        match (self, c) {
            // The name of an end tag, behind its slash, counts as an attribute; that is no harm.
            (Self::Tag, '/') => Self::Between,
            (Self::Tag, _) if blank => Self::Between,
            (Self::Between, '/' | '>') => Self::Between,
            (Self::Between, _) if blank => Self::Between,
            (Self::Between, _) => Self::Name,
            (Self::Name | Self::AfterName, '/') => Self::Between,
            (Self::Name | Self::AfterName, '=') => Self::BeforeValue,
            (Self::Name | Self::AfterName, _) if blank => Self::AfterName,
            (Self::Name | Self::AfterName, _) => Self::Name,
            (Self::BeforeValue, _) if blank => Self::BeforeValue,
            (Self::BeforeValue, '"') => Self::Double,
            (Self::BeforeValue, '\'') => Self::Single,
            (Self::BeforeValue, _) => Self::Unquoted,
            (Self::Double, '"') | (Self::Single, '\'') => Self::Between,
            (Self::Unquoted, _) if blank => Self::Between,
            (place, _) => place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many attributes a tag has.
    fn count(tag: &str) -> u32 {
        let mut scan = Scan::default();
        assert_eq!(scan.scan(tag), None);
        scan.attributes
    }

    #[test]
    fn attributes_are_counted_as_the_parser_counts_them() {
        for (tag, attributes) in [
            ("<p>", 0),
            ("<p/>", 0),
            ("<p a b=c d = 'e f' g=\"h>i\"/j>", 5),
            ("<p a=b/c d>", 2),
            ("<p a=''b=\"\"c>", 3),
            ("<p = <b \"x\">", 3),
            ("<img src=data:a/b,c/d alt>", 2),
        ] {
            assert_eq!(count(tag), attributes, "{tag}");
        }
    }

    #[test]
    fn text_is_cut_at_its_marks() {
        let mut rest = "a<b>c<<d>>";
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(cut(rest));
            pieces.push(piece);
            rest = after;
        }
        assert_eq!(pieces, ["a", "<b>", "c", "<", "<d>", ">"]);
    }
}
