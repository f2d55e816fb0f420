//! Items of lists, level by level, as HTML lists that show the labels that the document had.
//!
//! HTML counts an `ol` from 1 in digits. Where a document counts otherwise — letters, Roman numbers,
//! `Điều 3.`, a list that goes on after a paragraph — the label is written as text, in a paragraph
//! within the item above it: a law that is quoted by its letters must keep them.

use std::rc::Rc;

use super::model::{Item, Label, Paragraph, Role};
use super::write::{escaped, inline};

/// The deepest level, from 0.
pub(super) const DEEPEST: u8 = 9;

/// Whether it is written by [`write()`].
pub(super) const fn is_part(paragraph: &Paragraph) -> bool {
    matches!(paragraph.role, Role::Item(_) | Role::Continued(_))
}

/// A list that is not closed yet, within an item of the one before it.
struct Open {
    tag: &'static str,
    list: Rc<str>,
    level: u8,
    next: u32,
}

/// Writes paragraphs of lists, none of them blank.
pub(super) fn write(parts: &[&Paragraph], html: &mut String) {
    let mut open: Vec<Open> = Vec::new();
    let mut rest = parts;
    while let [part, after @ ..] = rest {
        rest = after;
        match &part.role {
            Role::Item(found) => item(part, found, after, &mut open, html),
            Role::Continued(level) => {
                close(&mut open, html, |list| *level < list.level);
                html.push_str(&format!("<p>{}</p>", inline(&part.spans, true)));
            }
            _ => {}
        }
    }
    close(&mut open, html, |_| true);
}

fn item(
    part: &Paragraph,
    item: &Item,
    after: &[&Paragraph],
    open: &mut Vec<Open>,
    html: &mut String,
) {
    let text = inline(&part.spans, true);
    close(open, html, |list| item.level < list.level);
    if let Some(list) = open.last_mut()
        && list.level == item.level
        && goes_on(list, item)
    {
        list.next = list.next.saturating_add(1);
        html.push_str(&format!("</li><li>{text}"));
        return;
    }
    close(open, html, |list| item.level == list.level);
    let tag = match &item.label {
        Label::Bullet => "ul",
        Label::Number(1, _) if is_followed(item, after) => "ol",
        label => {
            html.push_str(&format!("<p>{} {text}</p>", escaped(label.text())));
            return;
        }
    };
    html.push_str(&format!("<{tag}><li>{text}"));
    let list = Rc::clone(&item.list);
    open.push(Open { tag, list, level: item.level, next: 2 });
}

fn goes_on(list: &Open, item: &Item) -> bool {
    match &item.label {
        Label::Bullet => list.tag == "ul",
        Label::Number(number, _) => {
            list.tag == "ol" && list.next == *number && list.list == item.list
        }
        Label::Text(_) => false,
    }
}

/// Whether a list that begins with a 1 has a 2: one item alone is a numbered paragraph.
fn is_followed(first: &Item, after: &[&Paragraph]) -> bool {
    let mut items = after.iter().filter_map(|part| match &part.role {
        Role::Item(item) if item.level <= first.level => Some(item),
        _ => None,
    });
    items.next().is_some_and(|next| {
        next.level == first.level
            && next.list == first.list
            && matches!(next.label, Label::Number(2, _))
    })
}

/// Closes lists from the innermost on, as long as `which` says so.
fn close(open: &mut Vec<Open>, html: &mut String, which: impl Fn(&Open) -> bool) {
    while let Some(list) = open.pop_if(|list| which(list)) {
        html.push_str(&format!("</li></{}>", list.tag));
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Look, Span};
    use super::*;

    fn part(role: Role, text: &str) -> Paragraph {
        let span = Span { text: text.to_owned(), look: Look::default(), link: None, font: None };
        Paragraph { role, spans: vec![span], pictures: Vec::new() }
    }

    /// `0-` is a bullet, `0 1.` a number, `1 a)` a text label, `1` continues.
    fn html(lines: &[&str]) -> String {
        let parts: Vec<Paragraph> = lines
            .iter()
            .map(|line| {
                let (head, text) = line.split_once('|').unwrap();
                let (level, label) = head.split_at_checked(1).unwrap();
                let level = level.parse().unwrap();
                let label = match label.trim() {
                    "" => return part(Role::Continued(level), text),
                    "-" => Label::Bullet,
                    label => super::super::number::label(
                        label.trim_end_matches('.').parse().unwrap_or(0),
                        label,
                    )
                    .unwrap(),
                };
                part(Role::Item(Item { level, list: "".into(), label }), text)
            })
            .collect();
        let mut html = String::new();
        write(&parts.iter().collect::<Vec<_>>(), &mut html);
        html
    }

    #[test]
    fn levels_nest() {
        assert_eq!(
            html(&["0-|a", "1 1.|b", "1 2.|c", "0-|d", "2-|e"]),
            "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d<ul><li>e</li></ul></li></ul>"
        );
        assert_eq!(
            html(&["0 1.|a", "0|more", "1-|b", "0 2.|c"]),
            "<ol><li>a<p>more</p><ul><li>b</li></ul></li><li>c</li></ol>"
        );
    }

    #[test]
    fn labels_that_html_would_change_are_text() {
        assert_eq!(
            html(&["0 1.|a", "1 a)|b", "1 b)|c", "0 2.|d"]),
            "<ol><li>a<p>a) b</p><p>b) c</p></li><li>d</li></ol>"
        );
        assert_eq!(html(&["0 3.|a", "0 4.|b"]), "<p>3. a</p><p>4. b</p>");
        assert_eq!(html(&["0 1.|a"]), "<p>1. a</p>");
        assert_eq!(
            html(&["0 1.|a", "0 2.|b", "0 7.|c", "0 8.|d"]),
            "<ol><li>a</li><li>b</li></ol><p>7. c</p><p>8. d</p>"
        );
        assert_eq!(html(&["0 1.|a", "0 2.|b", "0 1.|c", "0 2.|d"]).matches("<ol>").count(), 2);
    }
}
