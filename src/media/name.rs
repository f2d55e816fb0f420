//! The name that the client gives a file: only shown, never a path.

use unicode_normalization::UnicodeNormalization;

use super::MediaError;

/// The longest file name, in bytes of UTF-8, as file systems have it.
const LONGEST: usize = 255;

/// The name to show for a file, in Unicode NFC and without outer blanks.
///
/// # Errors
/// [`MediaError::Name`] if it is empty, longer than 255 bytes, `.` or `..`, or has a `/`, a `\`, a
/// control character, or a character that turns the direction of writing around (which makes
/// `gpj.exe` look like `exe.jpg`).
pub fn clean(name: &str) -> Result<String, MediaError> {
    let clean: String = name.trim_matches(' ').nfc().collect();
    if clean.is_empty() {
        return Err(MediaError::Name("it is empty"));
    }
    if LONGEST < clean.len() {
        return Err(MediaError::Name("it is longer than 255 bytes"));
    }
    if clean.contains(['/', '\\']) || clean == "." || clean == ".." {
        return Err(MediaError::Name("it leads to another folder"));
    }
    if clean.contains(|c: char| c.is_control() || turns_direction(c)) {
        return Err(MediaError::Name("it has control characters"));
    }
    Ok(clean)
}

/// The media type that the name's extension stands for; `None` where it says nothing.
pub(super) fn says(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" => "image/jpeg",
        "png" | "apng" => "image/png",
        "webp" => "image/webp",
        "tif" | "tiff" => "image/tiff",
        "gif" => "image/gif",
        "bmp" | "dib" => "image/bmp",
        "pdf" => "application/pdf",
        "heic" | "heif" => "image/heic",
        "avif" => "image/avif",
        "svg" | "svgz" => "image/svg+xml",
        "htm" | "html" | "xhtml" => "text/html",
        "txt" => "text/plain",
        "zip" => "application/zip",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "mp4" | "m4v" => "video/mp4",
        "m4a" => "audio/mp4",
        "mov" | "qt" => "video/quicktime",
        "webm" => "video/webm",
        "weba" => "audio/webm",
        "mkv" => "video/matroska",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "vtt" => "text/vtt",
        "exe" => "application/vnd.microsoft.portable-executable",
        _ => return None,
    })
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_vietnamese_name_is_composed() {
        let decomposed: String = "Lễ hội cồng chiêng.jpg".nfd().collect();
        assert_eq!(clean(&decomposed).unwrap(), "Lễ hội cồng chiêng.jpg");
        assert_eq!(clean("  ảnh 1.png ").unwrap(), "ảnh 1.png");
    }

    #[test]
    fn names_that_are_more_than_names_are_refused() {
        let long = format!("{}.jpg", "ộ".repeat(90));
        for name in [
            "",
            " ",
            ".",
            "..",
            "../a.jpg",
            "a/b.jpg",
            "a\\b.jpg",
            "a\0.jpg",
            "a\n.jpg",
            "a\u{85}.jpg",
            "gpj.\u{202E}exe",
            &long,
        ] {
            assert!(matches!(clean(name), Err(MediaError::Name(_))), "{name:?}");
        }
        assert!(clean(&format!("{}.jpg", "a".repeat(251))).is_ok());
    }

    #[test]
    fn the_extension_speaks_in_any_case() {
        assert_eq!(says("a.b.JPG"), Some("image/jpeg"));
        assert_eq!(says("báo cáo.Pdf"), Some("application/pdf"));
        assert_eq!(says("DSC_0001"), None);
        assert_eq!(says("a.xyz"), None);
    }

    proptest! {
        #[test]
        fn what_is_clean_stays_clean(name in "\\PC{0,80}") {
            if let Ok(first) = clean(&name) {
                prop_assert_eq!(clean(&first).unwrap(), first);
            }
        }
    }
}
