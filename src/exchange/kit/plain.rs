//! A text as plain text: paragraphs between empty lines, items of lists and rows of tables in lines.

use super::{
    article::Article,
    body::{Block, Paragraph, Span, Style, Table},
};

/// Writes an article as UTF-8 with line feeds.
pub(super) fn write(article: &Article) -> String {
    let mut out = String::new();
    let mut before: Option<Style> = None;
    for block in &article.blocks {
        let (text, style) = match block {
            Block::Paragraph(one) => (paragraph(one), Some(one.style)),
            Block::Table(one) => (table(one), None),
        };
        // Fields stand close, and so do the items of lists.
        let list = |style| matches!(style, Some(Style::Item(_) | Style::Continued(_)));
        let fields = (before, style) == (Some(Style::Field), Some(Style::Field));
        let close = (list(before) && list(style)) || fields;
        if !out.is_empty() && !close {
            out.push('\n');
        }
        out.push_str(&text);
        out.push('\n');
        before = style;
    }
    out
}

fn paragraph(paragraph: &Paragraph) -> String {
    let text = spans(&paragraph.spans);
    let indent = |level: u8| "  ".repeat(usize::from(level));
    let under = |line: char| {
        let width = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        format!("{text}\n{}", line.to_string().repeat(width.min(72)))
    };
    let each = |first: String, rest: String| {
        let mut lines = text.lines();
        let mut all = format!("{first}{}", lines.next().unwrap_or_default());
        for line in lines {
            all.push_str(&format!("\n{rest}{line}"));
        }
        all
    };
    match paragraph.style {
        Style::Title => under('='),
        Style::Heading(1) => under('-'),
        Style::Quote => each("> ".to_owned(), "> ".to_owned()),
        Style::Item(item) => {
            let mark = item.number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
            let indent = indent(item.level);
            let rest = format!("{indent}{}", " ".repeat(mark.len().saturating_add(1)));
            each(format!("{indent}{mark} "), rest)
        }
        Style::Continued(level) => {
            let indent = indent(level.saturating_add(1));
            each(indent.clone(), indent)
        }
        _ => text,
    }
}

fn table(table: &Table) -> String {
    let mut lines = Vec::new();
    if !table.caption.is_empty() {
        lines.push(spans(&table.caption));
    }
    for row in &table.rows {
        let cells = row.cells.iter().map(|cell| {
            let texts: Vec<String> =
                cell.paragraphs.iter().map(|one| spans(&one.spans).replace('\n', " ")).collect();
            texts.join(" / ")
        });
        lines.push(cells.collect::<Vec<_>>().join(" | "));
    }
    lines.join("\n")
}

/// The text; where a link leads stands behind it.
fn spans(spans: &[Span]) -> String {
    let mut out = String::new();
    let mut rest = spans.iter().peekable();
    while let Some(span) = rest.next() {
        out.push_str(&span.text);
        let Some(link) = &span.link else { continue };
        // A link may go over several looks.
        if rest.peek().is_some_and(|next| next.link.as_ref() == Some(link)) {
            continue;
        }
        let bare = link.strip_prefix("mailto:").unwrap_or(link);
        if !out.ends_with(bare) {
            out.push_str(&format!(" ({bare})"));
        }
    }
    out
}
