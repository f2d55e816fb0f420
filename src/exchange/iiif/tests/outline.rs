//! Ranges.

use serde_json::Value;

use super::{
    super::manifest::{Heading, LangText, Outline},
    fixture::*,
};

fn outline(headings: &[(u8, &str, usize)]) -> Outline {
    let headings = headings.iter().map(|(level, label, page)| Heading {
        level: *level,
        label: LangText::new([("vi", label)]).unwrap(),
        page: *page,
    });
    Outline { label: vi_en("Mục lục", "Contents"), headings: headings.collect() }
}

/// The ranges of a work of `pages` pages in short: `A[1 2 B[3]]`, pages from 0.
fn ranges(pages: usize, headings: &[(u8, &str, usize)]) -> Option<String> {
    let mut work = work((0..pages).map(page).collect());
    work.outline = Some(outline(headings));
    let manifest = work.json().unwrap();
    let structures = manifest.get("structures")?.as_array().unwrap();
    assert_eq!(structures.len(), 1);
    assert_eq!(structures[0]["label"]["en"][0], "Contents");
    Some(inside(&structures[0]))
}

fn inside(range: &Value) -> String {
    let items = range["items"].as_array().unwrap().iter();
    let texts: Vec<String> = items
        .map(|item| match item["type"].as_str().unwrap() {
            "Canvas" => item["id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned(),
            _ => format!("{}[{}]", item["label"]["vi"][0].as_str().unwrap(), inside(item)),
        })
        .collect();
    texts.join(" ")
}

#[test]
fn headings_hold_their_pages_and_what_stands_below_them() {
    let printed = [(1, "A", 0), (2, "A1", 2), (2, "A2", 3), (1, "B", 5)];
    assert_eq!(ranges(7, &printed).unwrap(), "A[0 1 A1[2] A2[3 4]] B[5 6]");
}

#[test]
fn headings_on_one_page_share_it() {
    let printed = [(1, "A", 0), (2, "A1", 0), (2, "A2", 0), (1, "B", 1)];
    assert_eq!(ranges(2, &printed).unwrap(), "A[0 A1[0] A2[0]] B[1]");
}

#[test]
fn levels_may_begin_anywhere_and_be_skipped() {
    assert_eq!(ranges(3, &[(3, "A", 0), (9, "A1", 1), (2, "B", 2)]).unwrap(), "A[0 A1[1]] B[2]");
}

#[test]
fn pages_that_jump_back_are_not_listed_again() {
    let printed = [(1, "A", 0), (1, "B", 4), (1, "C", 1), (1, "D", 5)];
    assert_eq!(ranges(6, &printed).unwrap(), "A[0 1 2 3] B[4] C[1] D[5]");
    // Back and forth: every canvas follows a heading once, so this stays linear.
    let jumps: Vec<(u8, &str, usize)> =
        (0..2_000).map(|at| (1, "X", if at % 2 == 0 { 0 } else { 999 })).collect();
    let canvases = ranges(1_000, &jumps).unwrap().split(' ').count();
    assert!(canvases <= 2_000 + 1_000, "{canvases}");
}

#[test]
fn headings_that_lead_nowhere_are_left_out() {
    assert_eq!(ranges(2, &[(1, "A", 2), (1, "B", 1), (2, "C", usize::MAX)]).unwrap(), "B[1]");
    assert_eq!(ranges(2, &[(1, "A", 2)]), None);
    assert_eq!(ranges(2, &[]), None);
}

#[test]
fn deep_outlines_are_cut_flat() {
    let deep: Vec<(u8, &str, usize)> = (0..=255).map(|level| (level, "X", 0)).collect();
    let text = ranges(1, &deep).unwrap();
    let depth = text.chars().scan(0_usize, |depth, c| {
        match c {
            '[' => *depth += 1,
            ']' => *depth -= 1,
            _ => {}
        }
        Some(*depth)
    });
    assert_eq!(depth.max(), Some(12));
    assert_eq!(text.matches('X').count(), 256);
}

#[test]
fn ranges_are_parts_of_the_manifest() {
    let mut work = work(vec![page(0)]);
    work.outline = Some(outline(&[(1, "A", 0)]));
    let manifest = work.json().unwrap();
    let top = &manifest["structures"][0];
    let id = "https://anh.example.vn/iiif/presentation/3/1/manifest#range-";
    assert_eq!(top["id"], format!("{id}0"));
    assert_eq!(top["items"][0]["id"], format!("{id}1"));
}
