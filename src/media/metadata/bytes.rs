//! Reading numbers and pieces from bytes, big-endian.

/// What is left of some bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next `length` bytes, if there are so many.
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// The number in the next `width` bytes, 0 to 8 of them; of none it is 0.
    pub(super) fn number(&mut self, width: usize) -> Option<u64> {
        let bytes = self.take(width).filter(|bytes| bytes.len() <= 8)?;
        Some(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    /// As [`Bytes::number`], as a length.
    pub(super) fn length(&mut self, width: usize) -> Option<usize> {
        self.number(width)?.try_into().ok()
    }

    /// What stands before the next `end`, which is passed over; all that is left if there is none.
    pub(super) fn until(&mut self, end: u8) -> &'a [u8] {
        let mut parts = self.0.splitn(2, |byte| *byte == end);
        let before = parts.next().unwrap_or_default();
        self.0 = parts.next().unwrap_or_default();
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_taken_in_order_and_never_beyond_the_end() {
        let mut bytes = Bytes(b"\x01\x02ab\0c");
        assert_eq!(bytes.number(2), Some(0x0102));
        assert_eq!(bytes.until(0), b"ab");
        assert_eq!(bytes.number(0), Some(0));
        assert_eq!(bytes.array::<2>(), None);
        assert_eq!(bytes.take(1), Some(&b"c"[..]));
        assert_eq!(bytes.number(9), None);
    }
}
