//! Photoshop's image resource blocks (Adobe Photoshop File Formats Specification, "Image Resource
//! Blocks"), in which JPEG and TIFF files keep their IIM records.

use md5::{Digest, Md5};

use super::bytes::Bytes;

/// What stands before the resources in a JPEG segment.
pub(super) const PREFIX: &[u8] = b"Photoshop 3.0\0";

/// What a resource begins with.
pub(super) const SIGNATURE: [u8; 4] = *b"8BIM";

/// The resource of the IIM records.
pub(super) const RECORDS: u16 = 0x0404;

/// The resource of the fingerprint that the records had when XMP was last brought in line.
pub(super) const FINGERPRINT: u16 = 0x0425;

/// Resources of thumbnails, of Photoshop 4 and of later ones.
const THUMBNAILS: [u16; 2] = [0x0409, 0x040C];

/// What of the resources matters here.
#[derive(Debug, Default)]
pub(super) struct Resources<'a> {
    /// IIM records.
    pub(super) iptc: Option<&'a [u8]>,
    /// Whether there is a thumbnail.
    pub(super) thumbnail: bool,
    fingerprint: Option<&'a [u8]>,
}

/// Reads resources.
pub(super) fn read(bytes: &[u8]) -> Resources<'_> {
    let mut found = Resources::default();
    let mut rest = Bytes(bytes);
    while let Some((id, data)) = resource(&mut rest) {
        match id {
            RECORDS => found.iptc = found.iptc.or(Some(data)),
            FINGERPRINT => found.fingerprint = Some(data),
            _ => found.thumbnail |= THUMBNAILS.contains(&id),
        }
    }
    found
}

impl Resources<'_> {
    /// Whether the records have changed since XMP was brought in line with them. Without a
    /// fingerprint, or with one of zeros, they have not.
    pub(super) fn is_outdated_by(&self, records: &[u8]) -> bool {
        let told = |print: &&[u8]| print.iter().any(|byte| *byte != 0);
        let Some(print) = self.fingerprint.filter(told) else { return false };
        // TIFF pads them to whole numbers.
        let end = records.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let bare = records.get(..end).unwrap_or_default();
        [records, bare].iter().all(|bytes| fingerprint(bytes)[..] != *print)
    }
}

/// The fingerprint of records: MD5.
pub(super) fn fingerprint(records: &[u8]) -> [u8; 16] {
    Md5::digest(records).into()
}

/// The number and the content of the next resource.
fn resource<'a>(rest: &mut Bytes<'a>) -> Option<(u16, &'a [u8])> {
    // Other programs have signatures of their own, with the same form.
    let signature: [u8; 4] = rest.array()?;
    if !signature.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    let id = u16::from_be_bytes(rest.array()?);
    // A name with its length before it, together even.
    let name = rest.length(1)?;
    rest.take(name | 1)?;
    let length = rest.length(4)?;
    let data = rest.take(length)?;
    // The last may go without its padding.
    rest.take(length & 1);
    Some((id, data))
}

/// Writes a resource without a name.
pub(super) fn write(id: u16, data: &[u8], out: &mut Vec<u8>) {
    out.extend(SIGNATURE);
    out.extend(id.to_be_bytes());
    out.extend([0, 0]);
    out.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(data);
    if data.len() % 2 == 1 {
        out.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_found_among_others() {
        let mut bytes = b"8BIM\x03\xED\x03res\0\0\0\x02xy".to_vec();
        write(0x0409, b"odd", &mut bytes);
        write(RECORDS, b"records", &mut bytes);
        write(RECORDS, b"again", &mut bytes);
        let found = read(&bytes);
        assert_eq!(found.iptc, Some(&b"records"[..]));
        assert!(found.thumbnail);
        assert!(read(b"8BIM\x04\x04\0\0\xFF\xFF\xFF\xFFab").iptc.is_none());
    }

    #[test]
    fn a_fingerprint_tells_whether_records_have_changed() {
        let mut bytes = Vec::new();
        write(FINGERPRINT, &fingerprint(b"records"), &mut bytes);
        let found = read(&bytes);
        assert!(!found.is_outdated_by(b"records"));
        assert!(!found.is_outdated_by(b"records\0"));
        assert!(found.is_outdated_by(b"other"));
        assert!(!Resources::default().is_outdated_by(b"other"));
    }
}
