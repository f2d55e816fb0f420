//! Made pictures, their copies and what only looks like one.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

use super::*;

/// Numbers from 0 to 1 that look like chance; the same seed gives the same.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        f32::from(u16::try_from(self.0 >> 48).unwrap()) / 65_535.0
    }
}

fn level(value: f32) -> u8 {
    (0..=255_u8).find(|level| value <= f32::from(*level)).unwrap_or(255)
}

fn number(count: u32) -> f32 {
    f32::from(u16::try_from(count).unwrap())
}

/// A picture of waves of all lengths, the long ones the strongest, as photos have.
fn photo(seed: u64, width: u32, height: u32) -> GrayImage {
    let mut chance = Chance(seed * 7919 + 1);
    let mut values = vec![128.0_f32; usize::try_from(width * height).unwrap()];
    for _ in 0..40 {
        let (u, v) = ((chance.next() * 4.5).exp2() - 1.0, (chance.next() * 4.5).exp2() - 1.0);
        let (p, q) = (chance.next() * 7.0, chance.next() * 7.0);
        let force = 40.0 / (1.0 + u * u + v * v).sqrt().sqrt();
        let line = |n: u32, f: f32, p: f32| -> Vec<f32> {
            (0..n).map(|x| (f * 3.0 * number(x) / number(n) + p).cos()).collect()
        };
        let (across, down) = (line(width, u, p), line(height, v, q));
        for (row, y) in values.chunks_mut(across.len()).zip(down) {
            row.iter_mut().zip(&across).for_each(|(value, x)| *value += x * y * force);
        }
    }
    GrayImage::from_raw(width, height, values.into_iter().map(level).collect()).unwrap()
}

/// Cuts so many percent off: left, right, top, bottom.
fn cropped(picture: &GrayImage, [left, right, top, bottom]: [u32; 4]) -> GrayImage {
    let (width, height) = picture.dimensions();
    let (x, y) = (width * left / 100, height * top / 100);
    let (w, h) = (width * (100 - left - right) / 100, height * (100 - top - bottom) / 100);
    imageops::crop_imm(picture, x, y, w, h).to_image()
}

fn resized(picture: &GrayImage, percent: u32) -> GrayImage {
    let (width, height) = (picture.width() * percent / 100, picture.height() * percent / 100);
    imageops::resize(picture, width, height, FilterType::Triangle)
}

fn toned(picture: &GrayImage, tone: impl Fn(f32) -> f32) -> GrayImage {
    let mut out = picture.clone();
    out.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| level(tone(value.into()))));
    out
}

/// A page: lines of dark words of chance lengths on white.
fn page(seed: u64) -> GrayImage {
    let mut chance = Chance(seed);
    let mut page = GrayImage::from_pixel(226, 320, Luma([250]));
    for line in 0..26 {
        let mut x = 20;
        while x < 190 {
            let word = 4 + u32::from(level(chance.next() * 16.0));
            for (dx, dy) in (0..word).flat_map(|dx| (0..4).map(move |dy| (dx, dy))) {
                page.put_pixel(x + dx, 24 + line * 10 + dy, Luma([40]));
            }
            x += word + 4;
        }
    }
    page
}

fn alike(a: &GrayImage, b: &GrayImage) -> Option<Kind> {
    let (a, b) = (of(a), of(b));
    let found = compare(&a, &b);
    // The index must say the same, whichever is looked for.
    for (stored, sought) in [(&a, &b), (&b, &a)] {
        let index: Index<u8> = [(7, stored.clone())].into_iter().collect();
        let kinds: Vec<_> = index.find(sought, 9).into_iter().map(|(_, like)| like.kind).collect();
        assert_eq!(kinds, found.map(|like| like.kind).into_iter().collect::<Vec<_>>());
    }
    found.map(|like| like.kind)
}

#[test]
fn copies_of_other_size_and_tone_are_the_same() {
    for seed in 0..2 {
        let picture = photo(seed, 192, 128);
        for copy in [
            picture.clone(),
            resized(&picture, 62),
            resized(&picture, 150),
            toned(&picture, |v| v * 0.8),
            toned(&picture, |v| v * 1.2),
            toned(&picture, |v| v + 25.0),
            imageops::unsharpen(&picture, 2.0, 1),
        ] {
            assert_eq!(alike(&picture, &copy), Some(Kind::Same), "{seed}");
        }
    }
}

#[test]
fn light_crops_are_found_at_any_size() {
    for seed in 0..3 {
        let picture = photo(seed, 400, 300);
        for cuts in
            [[3, 3, 3, 3], [15, 0, 0, 0], [0, 10, 0, 0], [0, 0, 0, 15], [15; 4], [4, 12, 9, 1]]
        {
            let part = cropped(&picture, cuts);
            let small = resized(&part, 50);
            assert_eq!(alike(&resized(&picture, 50), &small), Some(Kind::Cropped), "{cuts:?}");
        }
    }
}

#[test]
fn a_small_mark_does_not_hide_a_copy() {
    let picture = photo(11, 192, 128);
    let mut marked = picture.clone();
    for (x, y) in (132..183).flat_map(|x| (111..120).map(move |y| (x, y))) {
        if x % 3 != 0 {
            marked.put_pixel(x, y, Luma([250]));
        }
    }
    assert_eq!(alike(&picture, &marked), Some(Kind::Same));
}

#[test]
fn other_pictures_and_mirrored_or_turned_ones_are_not_alike() {
    let pictures: Vec<_> = (20..25).map(|seed| photo(seed, 192, 128)).collect();
    for (at, picture) in pictures.iter().enumerate() {
        for other in &pictures[..at] {
            assert_eq!(alike(picture, other), None);
        }
        assert_eq!(alike(picture, &imageops::flip_horizontal(picture)), None);
        assert_eq!(alike(picture, &imageops::rotate180(picture)), None);
        let stretched = imageops::resize(picture, 192, 160, FilterType::Triangle);
        assert_eq!(alike(picture, &stretched), None);
    }
}

#[test]
fn plain_pictures_are_like_nothing() {
    let sky = GrayImage::from_fn(320, 213, |_, y| Luma([u8::try_from(90 + y / 3).unwrap()]));
    let sign = GrayImage::from_fn(300, 300, |x, y| {
        Luma([if x.abs_diff(150).pow(2) + y.abs_diff(150).pow(2) < 8100 { 60 } else { 255 }])
    });
    let dim = toned(&photo(1, 192, 128), |v| 100.0 + v / 20.0);
    let tiny = photo(1, 90, 60);
    let strip = photo(1, 640, 80);
    let flat = GrayImage::from_pixel(320, 200, Luma([255]));
    let empty = GrayImage::new(0, 0);
    for plain in [page(1), page(2), sky, sign, dim, tiny, strip, flat, empty] {
        let print = of(&plain);
        assert!(print.is_plain(), "{:?}", plain.dimensions());
        assert_eq!(compare(&print, &print), None);
        let mut index = Index::new();
        index.insert(1, &print);
        assert!(index.is_empty() && index.find(&print, 9).is_empty());
    }
}

#[test]
fn an_index_finds_the_right_ones_among_many() {
    let sizes = [(192, 128), (160, 120), (120, 160)].into_iter().cycle();
    let pictures: Vec<_> =
        (0..30).zip(sizes).map(|(k, (width, height))| photo(k, width, height)).collect();
    let mut index: Index<u64> = (0..30).zip(pictures.iter().map(of)).collect();
    assert_eq!(index.len(), 30);
    let keys = |index: &Index<u64>, print: &Fingerprint| -> Vec<u64> {
        index.find(print, 5).into_iter().map(|(key, _)| key).collect()
    };
    let part = of(&cropped(&pictures[21], [2, 9, 7, 0]));
    assert_eq!(keys(&index, &part), [21]);
    index.insert(100, &part);
    assert_eq!(keys(&index, &part), [100, 21]);
    assert_eq!(index.find(&part, 1).len(), 1);
    // Under a key there is one picture.
    index.insert(21, &of(&pictures[3]));
    assert_eq!((index.len(), keys(&index, &part)), (31, vec![100]));
    assert!(index.remove(&100) && !index.remove(&100));
    assert!(keys(&index, &part).is_empty());
    index.insert(3, &of(&page(1)));
    assert_eq!(keys(&index, &of(&pictures[3])), [21]);
}

#[test]
fn a_fingerprint_is_short_text_and_comes_back() {
    let print = of(&photo(5, 192, 128));
    let text = serde_json::to_string(&print).unwrap();
    assert_eq!(text.len(), 1303);
    assert!(text.starts_with("\"1DACA"), "{}", text.len());
    assert_eq!(serde_json::from_str::<Fingerprint>(&text).unwrap(), print);
    let plain = of(&page(1));
    let text = serde_json::to_string(&plain).unwrap();
    assert_eq!(text.len(), 7);
    assert_eq!(serde_json::from_str::<Fingerprint>(&text).unwrap(), plain);
}

#[test]
fn other_texts_are_refused() {
    let good = String::from(of(&photo(5, 192, 128)));
    let read = |text: &str| Fingerprint::try_from(text.to_owned());
    assert_eq!(read("2DACA"), Err(FingerprintError::Version));
    for bad in [
        "",
        "1",
        "1DAC",
        "1DACAA",
        good.get(1..).unwrap(),
        good.get(..900).unwrap(),
        "1DAC+",
        "1DAC\u{1EA1}",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
    assert_eq!(read(&format!("{good}A")), Err(FingerprintError::Shape));
    assert_eq!(read(&good.replacen("DACA", "DAAA", 1)), Err(FingerprintError::Shape));
}

#[test]
fn any_text_of_the_right_shape_can_be_compared() {
    let mut chance = Chance(3);
    let mut prints = vec![of(&photo(5, 192, 128))];
    for aspect in ["ABAB", "__AB", "AB__", "____"] {
        for most in [1.0, 2.0, 26.0] {
            let letter = |_| char::from(b'A' + level(chance.next() * most).saturating_sub(1));
            let cells: String = (0..1296).map(letter).collect();
            prints.push(Fingerprint::try_from(format!("1{aspect}{cells}")).unwrap());
        }
    }
    let index: Index<usize> = prints.iter().cloned().enumerate().collect();
    for a in &prints {
        assert!(prints.iter().filter_map(|b| compare(a, b)).all(|like| like.score <= 1.0));
        assert!(index.find(a, 99).len() <= prints.len());
    }
}
