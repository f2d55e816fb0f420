use super::fixture::{file, pages, pdf};
use crate::media::paper::outline::{self, ENTRIES, Entry, LEVELS};
use crate::media::paper::{fonts, objects};

fn entries(bytes: &[u8]) -> Vec<(u8, String, Option<usize>)> {
    let document = objects(&file(bytes)).unwrap();
    let plain = |Entry { level, title, page }| (level, title, page);
    outline::entries(&document).into_iter().map(plain).collect()
}

/// A document of three pages (objects 4, 6 and 8), whose further objects begin at 10.
fn three(entries: &str, more: &[&str]) -> Vec<u8> {
    let more: Vec<String> = more.iter().map(ToString::to_string).collect();
    pages(&["", "", ""], entries, &more)
}

#[test]
fn an_outline_is_read_in_its_order() {
    let bytes = three(
        "/Outlines 10 0 R",
        &[
            "<</First 11 0 R/Last 13 0 R>>",
            "<</Title(One)/Dest[4 0 R/Fit]/Next 13 0 R/First 12 0 R>>",
            // With a byte order mark: decomposed, on two lines.
            "<</Title<FEFF004D1EE500630020006F0302000A0078>/A<</S/GoTo/D[6 0 R/XYZ 0 0 0]>>>>",
            "<</Title(Three)/Dest[2/Fit]/Next 14 0 R>>",
            "<</Title(  )/Dest[4 0 R/Fit]/Next 15 0 R>>",
            "<</Title(Out)/A<</S/URI/URI(http://example.org)>>/Next 16 0 R>>",
            "<</Title(Gone)/Dest[99 0 R/Fit]>>",
        ],
    );
    assert_eq!(
        entries(&bytes),
        [
            (1, "One".to_owned(), Some(0)),
            (2, "Mục ô x".to_owned(), Some(1)),
            (1, "Three".to_owned(), Some(2)),
            (1, "Out".to_owned(), None),
            (1, "Gone".to_owned(), None),
        ]
    );
    assert_eq!(entries(&three("", &[])), []);
}

#[test]
fn named_destinations_lead_to_their_pages() {
    let bytes = three(
        "/Outlines 10 0 R/Dests<</old[8 0 R/Fit]>>/Names<</Dests 14 0 R>>",
        &[
            "<</First 11 0 R>>",
            "<</Title(a)/Dest/old/Next 12 0 R>>",
            "<</Title(b)/Dest(new)/Next 13 0 R>>",
            "<</Title(c)/A<</S/GoTo/D(none)>>>>",
            "<</Kids[15 0 R 14 0 R]>>",
            "<</Names[(aaa)[4 0 R/Fit](new)16 0 R(odd)]>>",
            "<</D[6 0 R/Fit]>>",
        ],
    );
    let places: Vec<Option<usize>> = entries(&bytes).into_iter().map(|(.., page)| page).collect();
    assert_eq!(places, [Some(2), Some(1), None]);
}

#[test]
fn an_outline_that_turns_in_circles_ends() {
    let bytes = three(
        "/Outlines 10 0 R/Dests<</a/b/b/a>>",
        &[
            "<</First 11 0 R>>",
            "<</Title(a)/Dest/a/Next 12 0 R/First 11 0 R>>",
            "<</Title(b)/Next 11 0 R/First 10 0 R>>",
        ],
    );
    let titles: Vec<String> = entries(&bytes).into_iter().map(|(_, title, _)| title).collect();
    assert_eq!(titles, ["a", "b"]);
}

#[test]
fn an_outline_is_no_longer_and_no_deeper_than_allowed() {
    let row = |key: &str, count: usize| -> Vec<u8> {
        let mut objects = vec![
            "<</Type/Catalog/Pages 2 0 R/Outlines 3 0 R>>".to_owned(),
            "<</Type/Pages/Kids[]/Count 0>>".to_owned(),
            "<</First 4 0 R>>".to_owned(),
        ];
        objects.extend((0..count).map(|at| format!("<</Title(x)/{key} {} 0 R>>", at + 5)));
        pdf(&objects)
    };
    assert_eq!(entries(&row("Next", ENTRIES + 10)).len(), ENTRIES);
    let deep = entries(&row("First", 10_000));
    assert_eq!(deep.len(), usize::from(LEVELS));
    assert_eq!(deep.last().unwrap().0, LEVELS);
}

#[test]
fn fonts_are_named_without_the_mark_of_a_subset() {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>".to_owned(),
    ];
    objects.push(
        "<</Type/Page/Parent 2 0 R/Resources<</Font<</A<</BaseFont/ABCDEF+.VnTime>>\
         /B<</BaseFont/VNI-Times>>/C 5 0 R/D<<>>/E<</BaseFont/abc+d>>>>>>>>"
            .to_owned(),
    );
    objects.push("<</Type/Page/Parent 2 0 R>>".to_owned());
    objects.push("<</BaseFont/VNI-Times>>".to_owned());
    let document = objects_of(&pdf(&objects));
    let names: Vec<Vec<String>> = fonts::by_page(&document).collect();
    assert_eq!(names, [vec![".VnTime", "VNI-Times", "abc+d"], vec![]]);
}

fn objects_of(bytes: &[u8]) -> lopdf::Document {
    objects(&file(bytes)).unwrap()
}
