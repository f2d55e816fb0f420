//! Frames of MPEG layer III (ISO/IEC 11172-3, section 2.4.1.3; ISO/IEC 13818-3, section 2.4.2.3;
//! lower rates as in the unofficial "MPEG 2.5").

/// Kilobits per second by the number in the header: of MPEG 1, and of the others.
const RATES_1: [u32; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2: [u32; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// Samples per second of MPEG 1 by the number in the header.
const HERTZ: [u32; 3] = [44_100, 48_000, 32_000];

/// What the four bytes say with which a frame begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// In bytes, these four among them.
    pub(super) length: u64,
    /// In each channel.
    pub(super) samples: u32,
    /// Per second.
    pub(super) hertz: u32,
    /// Where in the frame a table of contents would stand.
    pub(super) table: u64,
}

impl Frame {
    /// `None` if no frame of layer III begins so, or one of a free rate, whose length is not told.
    pub(super) fn read(header: [u8; 4]) -> Option<Self> {
        let [0xFF, kind, rates, mode] = header else { return None };
        // A row of ones, the version, layer III, whether there is a check sum.
        if kind & 0xE6 != 0xE2 {
            return None;
        }
        let (first, divisor) = match kind >> 3 & 3 {
            3 => (true, 1),
            2 => (false, 2),
            0 => (false, 4),
            _ => return None,
        };
        let table = if first { RATES_1 } else { RATES_2 };
        let bits = table.get(usize::from(rates >> 4)).filter(|rate| **rate != 0)? * 1000;
        let hertz = HERTZ.get(usize::from(rates >> 2 & 3))? / divisor;
        let samples = if first { 1152 } else { 576 };
        let length = samples / 8 * bits / hertz + u32::from(rates >> 1 & 1);
        let mono = mode >> 6 == 3;
        let side = match (first, mono) {
            (true, false) => 32,
            (true, true) | (false, false) => 17,
            (false, true) => 9,
        };
        Some(Self { length: length.into(), samples, hertz, table: 4 + side })
    }

    /// Whether another frame may stand in the same stream.
    pub(super) const fn goes_with(self, other: Self) -> bool {
        self.hertz == other.hertz && self.samples == other.samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_the_standard() {
        let frame = |header: [u8; 4]| Frame::read(header).map(|f| (f.length, f.samples, f.hertz));
        // 128 kbit/s at 44.1 kHz, without and with padding.
        assert_eq!(frame([0xFF, 0xFB, 0x90, 0x00]), Some((417, 1152, 44_100)));
        assert_eq!(frame([0xFF, 0xFB, 0x92, 0x00]), Some((418, 1152, 44_100)));
        // MPEG 2, 64 kbit/s at 22.05 kHz; MPEG 2.5, 8 kbit/s at 8 kHz.
        assert_eq!(frame([0xFF, 0xF3, 0x80, 0x00]), Some((208, 576, 22_050)));
        assert_eq!(frame([0xFF, 0xE3, 0x18, 0xC0]), Some((72, 576, 8000)));
    }

    #[test]
    fn what_is_no_layer_three_is_not_taken() {
        for header in [
            [0xFF, 0xF1, 0x50, 0x80], // AAC
            [0xFF, 0xFD, 0x90, 0x00], // layer II
            [0xFF, 0xFE, 0x41, 0x00], // a text
            [0xFF, 0xFB, 0x00, 0x00], // a free rate
            [0xFF, 0xFB, 0xF0, 0x00], // no rate
            [0xFF, 0xFB, 0x9C, 0x00], // no frequency
            [0xFF, 0xEB, 0x90, 0x00], // no version
            [0x00, 0xFB, 0x90, 0x00],
        ] {
            assert_eq!(Frame::read(header), None, "{header:x?}");
        }
    }
}
