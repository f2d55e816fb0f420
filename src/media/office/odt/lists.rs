//! Counters of the lists and headings of an ODT document.
//!
//! Source: ODF 1.3 part 3, 5.3 and 16.30.

use std::collections::HashMap;

use super::super::lists::DEEPEST;
use super::super::model::Label;
use super::super::number::{Format, label};
use super::styles::ListStyle;

/// The lists that are open around a paragraph.
#[derive(Debug, Default)]
pub(super) struct Lists {
    open: Vec<Open>,
    counters: HashMap<String, [u32; 10]>,
}

#[derive(Debug)]
struct Open {
    style: String,
    /// The next paragraph begins an item and gets its label.
    fresh: bool,
    /// The number that the item asked for.
    start: Option<u32>,
    /// An item without a label.
    bare: bool,
}

/// What a paragraph is to the lists around it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum InList {
    No,
    /// Begins an item at this level; the style of its list says how it looks.
    Begins(u8),
    /// Goes on with an item.
    Continues(u8),
}

impl Lists {
    /// A list begins, which goes on with an earlier one of its style or does not.
    pub(super) fn open(&mut self, style: Option<String>, goes_on: bool) {
        let style = style.or_else(|| self.style().map(str::to_owned)).unwrap_or_default();
        if self.open.is_empty() && !goes_on {
            self.counters.remove(&style);
        }
        self.open.push(Open { style, fresh: false, start: None, bare: false });
    }

    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// An item of the innermost list begins, a header of it is `bare`.
    pub(super) fn item(&mut self, start: Option<u32>, bare: bool) {
        if let Some(list) = self.open.last_mut() {
            (list.fresh, list.start, list.bare) = (true, start, bare);
        }
    }

    /// The style of the innermost list.
    pub(super) fn style(&self) -> Option<&str> {
        self.open.last().map(|list| list.style.as_str()).filter(|style| !style.is_empty())
    }

    /// The style of the innermost list, or the one that its first paragraph brings.
    pub(super) fn adopt(&mut self, style: Option<&str>) {
        if let (Some(list), Some(style)) = (self.open.last_mut(), style)
            && list.style.is_empty()
        {
            style.clone_into(&mut list.style);
        }
    }

    /// What the next paragraph is.
    pub(super) fn paragraph(&mut self) -> InList {
        let Some(level) = self.open.len().checked_sub(1) else { return InList::No };
        let level = u8::try_from(level).unwrap_or(DEEPEST).min(DEEPEST);
        match self.open.last_mut() {
            Some(list) if list.fresh && !list.bare => {
                list.fresh = false;
                InList::Begins(level)
            }
            _ => InList::Continues(level),
        }
    }

    /// The label of the next item at a level of the innermost list.
    pub(super) fn label(&mut self, style: &ListStyle, level: u8) -> Option<Label> {
        let start = self.open.last_mut().and_then(|list| list.start.take());
        let name = self.style().unwrap_or_default().to_owned();
        self.next(&name, style, level, start)
    }

    /// The label of the next heading.
    pub(super) fn heading(
        &mut self,
        outline: &ListStyle,
        level: u8,
        start: Option<u32>,
    ) -> Option<Label> {
        // No list style has this name: names are not empty, and this one has a blank.
        self.next("the outline", outline, level, start)
    }

    fn next(
        &mut self,
        name: &str,
        style: &ListStyle,
        level: u8,
        start: Option<u32>,
    ) -> Option<Label> {
        let own = style.levels.get(&level)?;
        let counters = self.counters.entry(name.to_owned()).or_default();
        let mut count = own.start;
        for (at, counter) in counters.iter_mut().enumerate() {
            if at == usize::from(level) {
                let next = counter.checked_add(1).filter(|next| 1 < *next);
                count = start.or(next).unwrap_or(own.start);
                *counter = count;
            } else if usize::from(level) < at {
                *counter = 0;
            }
        }
        match own.format {
            Format::Bullet => return Some(Label::Bullet),
            Format::None => return label(count, &format!("{}{}", own.prefix, own.suffix)),
            _ => {}
        }
        let first = level.saturating_add(1).saturating_sub(own.shown.max(1));
        let numbers = (first..=level).filter_map(|at| {
            let level = style.levels.get(&at)?;
            let count = counters.get(usize::from(at)).copied().filter(|count| 0 < *count);
            Some(level.format.write(count.unwrap_or(level.start)))
        });
        let numbers: Vec<String> = numbers.filter(|number| !number.is_empty()).collect();
        label(count, &format!("{}{}{}", own.prefix, numbers.join("."), own.suffix))
    }
}

#[cfg(test)]
mod tests {
    use super::super::styles::Level;
    use super::*;

    fn style() -> ListStyle {
        let level = |format, suffix: &str, shown| Level {
            format,
            prefix: String::new(),
            suffix: suffix.to_owned(),
            start: 1,
            shown,
        };
        let levels = HashMap::from([
            (0, level(Format::Decimal, ".", 1)),
            (1, level(Format::Letter, ")", 1)),
            (2, level(Format::Decimal, "", 3)),
            (3, level(Format::Bullet, "", 1)),
        ]);
        ListStyle { levels }
    }

    #[test]
    fn items_are_counted_by_level() {
        let style = style();
        let mut lists = Lists::default();
        lists.open(Some("L".to_owned()), false);
        let mut next = |level, start| {
            lists.item(start, false);
            let label = lists.label(&style, level).unwrap();
            if label == Label::Bullet { "•".to_owned() } else { label.text().to_owned() }
        };
        let labels: Vec<String> = [
            (0, None),
            (1, None),
            (1, None),
            (2, None),
            (3, None),
            (0, None),
            (1, None),
            (0, Some(9)),
            (0, None),
        ]
        .into_iter()
        .map(|(level, start)| next(level, start))
        .collect();
        assert_eq!(labels, ["1.", "a)", "b)", "1.b.1", "•", "2.", "a)", "9.", "10."]);
    }

    #[test]
    fn only_the_first_paragraph_of_an_item_begins_it() {
        let mut lists = Lists::default();
        assert_eq!(lists.paragraph(), InList::No);
        lists.open(None, false);
        lists.item(None, false);
        assert_eq!(lists.paragraph(), InList::Begins(0));
        assert_eq!(lists.paragraph(), InList::Continues(0));
        lists.item(None, true);
        assert_eq!(lists.paragraph(), InList::Continues(0));
        lists.close();
        assert_eq!(lists.paragraph(), InList::No);
    }
}
