//! Elements of EBML files (RFC 8794, sections 4 to 6).

use std::ops::Range;

use crate::media::av::AvError;
use crate::media::av::source::Source;

/// The most elements that are looked at: a film of a day has as many blocks.
const ELEMENTS: u32 = 8 << 20;

/// The most elements in one other.
const CHILDREN: usize = 1 << 16;

/// The longest text that is read, in bytes.
const TEXT: u64 = 1 << 16;

/// An element: what it is and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) id: u32,
    /// Where it begins.
    pub(super) at: u64,
    /// Where its content begins.
    pub(super) body: u64,
    /// Where it ends; where it may end, if it does not say.
    pub(super) end: u64,
    /// Whether it says how long it is.
    pub(super) sized: bool,
}

impl Element {
    pub(super) const fn content(&self) -> Range<u64> {
        self.body..self.end
    }

    pub(super) const fn len(&self) -> u64 {
        self.end.saturating_sub(self.body)
    }
}

/// Goes through elements and counts them.
#[derive(Debug, Default)]
pub(super) struct Walk {
    seen: u32,
}

impl Walk {
    /// The element at the start of a stretch, which it does not leave; `None` if the stretch is
    /// empty.
    pub(super) fn next(
        &mut self,
        source: &mut Source<'_>,
        range: Range<u64>,
    ) -> Result<Option<Element>, AvError> {
        if range.is_empty() {
            return Ok(None);
        }
        self.seen = self.seen.saturating_add(1);
        if ELEMENTS < self.seen {
            return Err(AvError::TooComplex("elements"));
        }
        let at = range.start;
        let (id, sizes) = number(source, at, 4, false)?;
        let id = u32::try_from(id.unwrap_or(0)).unwrap_or(0);
        let (size, body) = number(source, sizes, 8, true)?;
        let end = match size {
            None => Some(range.end),
            Some(size) => body.checked_add(size).filter(|end| *end <= range.end),
        };
        match end {
            Some(end) if body <= end => {
                Ok(Some(Element { id, at, body, end, sized: size.is_some() }))
            }
            _ => Err(source.corrupt("an element runs past its end")),
        }
    }

    /// The elements in another one; they fill it, and each says how long it is.
    pub(super) fn within(
        &mut self,
        source: &mut Source<'_>,
        parent: Element,
    ) -> Result<Vec<Element>, AvError> {
        let mut found = Vec::new();
        let mut at = parent.body;
        while let Some(element) = self.next(source, at..parent.end)? {
            if !element.sized {
                return Err(source.corrupt("an element without length"));
            }
            if CHILDREN <= found.len() {
                return Err(AvError::TooComplex("elements"));
            }
            at = element.end;
            found.push(element);
        }
        Ok(found)
    }
}

/// A number of one to `most` bytes; the zeros before its first bit tell how many (RFC 8794,
/// section 4). Sizes come without that bit, and as `None` if all others are set. Gives what comes
/// after it, too.
pub(super) fn number(
    source: &mut Source<'_>,
    at: u64,
    most: u32,
    size: bool,
) -> Result<(Option<u64>, u64), AvError> {
    let [first] = source.read(at)?;
    let length = first.leading_zeros().saturating_add(1);
    if most < length {
        return Err(source.corrupt("a number of unknown length"));
    }
    let mut value = 0_u64;
    for byte in source.bytes(at, length.into())? {
        value = value << 8 | u64::from(byte);
    }
    let bits = length.saturating_mul(7);
    let after = at.saturating_add(length.into());
    if !size {
        return Ok((Some(value), after));
    }
    let all = u64::MAX >> 64_u32.saturating_sub(bits);
    let value = value & all;
    Ok(((value != all).then_some(value), after))
}

/// The unsigned integer that an element holds (RFC 8794, section 7.2).
pub(super) fn unsigned(source: &mut Source<'_>, element: Element) -> Result<u64, AvError> {
    if 8 < element.len() {
        return Err(source.corrupt("a number is too long"));
    }
    let bytes = source.bytes(element.body, element.len())?;
    Ok(bytes.into_iter().fold(0, |value, byte| value << 8 | u64::from(byte)))
}

/// The floating-point number that an element holds (RFC 8794, section 7.3).
pub(super) fn float(source: &mut Source<'_>, element: Element) -> Result<f64, AvError> {
    match element.len() {
        0 => Ok(0.0),
        4 => Ok(f32::from_be_bytes(source.read(element.body)?).into()),
        8 => Ok(f64::from_be_bytes(source.read(element.body)?)),
        _ => Err(source.corrupt("a number of unknown length")),
    }
}

/// The text that an element holds, or its beginning, without zeros at its end.
pub(super) fn text(source: &mut Source<'_>, element: Element) -> Result<String, AvError> {
    let bytes = source.bytes(element.body, element.len().min(TEXT))?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.trim_end_matches('\0').to_owned())
}
