//! For any request, picture and limits.

use proptest::prelude::*;

use super::{
    super::{
        Rights, Size, Url,
        image::{Bounds, Confined, Format, Job, Request, Target},
    },
    fixture::job,
};

/// Small numbers and great ones.
fn number() -> BoxedStrategy<String> {
    prop_oneof![
        6 => (0_u32..2_000).prop_map(|number| number.to_string()),
        2 => any::<u32>().prop_map(|number| number.to_string()),
        1 => "0{1,3}[0-9]{1,4}",
        1 => "[0-9]{0,12}",
    ]
    .boxed()
}

fn percent() -> BoxedStrategy<String> {
    prop_oneof![4 => "[0-9]{1,3}(\\.[0-9]{1,16})?", 1 => "[0-9]{0,11}\\.?[0-9]{0,3}"].boxed()
}

fn region() -> BoxedStrategy<String> {
    prop_oneof![
        1 => Just("full".to_owned()),
        1 => Just("square".to_owned()),
        4 => [number(), number(), number(), number()].prop_map(|all| all.join(",")),
        4 => [percent(), percent(), percent(), percent()]
            .prop_map(|all| format!("pct:{}", all.join(","))),
    ]
    .boxed()
}

fn scale() -> BoxedStrategy<String> {
    let form = prop_oneof![
        1 => Just("max".to_owned()),
        2 => number().prop_map(|width| format!("{width},")),
        2 => number().prop_map(|height| format!(",{height}")),
        2 => (number(), number()).prop_map(|(width, height)| format!("{width},{height}")),
        4 => (number(), number()).prop_map(|(width, height)| format!("!{width},{height}")),
        2 => percent().prop_map(|percent| format!("pct:{percent}")),
    ];
    ("\\^?", form).prop_map(|(up, form)| format!("{up}{form}")).boxed()
}

fn path() -> impl Strategy<Value = String> {
    let end = "!?(0|90|180\\.0|270|360)/(default|color|gray|bitonal)\\.(jpg|png|webp)";
    (region(), scale(), end).prop_map(|(region, size, end)| format!("{region}/{size}/{end}"))
}

fn side() -> BoxedStrategy<u32> {
    prop_oneof![6 => 1_u32..3_000, 1 => 1_u32..=3, 1 => 1..=u32::MAX].boxed()
}

fn bounds() -> impl Strategy<Value = Bounds> {
    let side = || prop::option::of(prop_oneof![0_u32..3_000, any::<u32>()]);
    let area = prop::option::of(prop_oneof![0_u64..3_000_000, any::<u64>()]);
    let confined = prop_oneof![3 => Just(Confined::Keep), 1 => Just(Confined::Refuse)];
    (side(), side(), area, confined).prop_map(|(max_width, max_height, max_area, confined)| {
        Bounds { max_width, max_height, max_area, confined }
    })
}

fn longest(format: Format) -> u32 {
    match format {
        Format::Jpg => 65_535,
        Format::Png => u32::MAX / 2,
        Format::Webp => 16_383,
    }
}

/// What must hold of every job.
fn check(path: &str, job: &Job, picture: Size, bounds: &Bounds) -> Result<(), TestCaseError> {
    let (area, size) = (job.region, job.size);
    let right = u64::from(area.x) + u64::from(area.size.width());
    let bottom = u64::from(area.y) + u64::from(area.size.height());
    prop_assert!(right <= picture.width().into() && bottom <= picture.height().into());
    let width = bounds.max_width.or(bounds.max_height).unwrap_or(u32::MAX).max(1);
    let height = bounds.max_height.or(bounds.max_width).unwrap_or(u32::MAX).max(1);
    prop_assert!(size.width() <= width.min(longest(job.format)), "{size:?}");
    prop_assert!(size.height() <= height.min(longest(job.format)), "{size:?}");
    prop_assert!(size.area() <= bounds.max_area.unwrap_or(u64::MAX).max(1), "{size:?}");
    let limited = (bounds.max_width, bounds.max_height, bounds.max_area) != (None, None, None);
    prop_assert!(size.fits(area.size) || (limited && path.contains('^')), "{size:?}");
    Ok(())
}

/// `!w,h` leaves no room: one more pixel would not fit.
fn fills(path: &str, job: &Job, bounds: &Bounds) -> Result<(), TestCaseError> {
    let text = path.split('/').nth(1).unwrap();
    let Some((width, height)) = text.trim_start_matches('^').strip_prefix('!').and_then(|frame| {
        let (width, height) = frame.split_once(',')?;
        Some((width.parse::<u32>().ok()?, height.parse::<u32>().ok()?))
    }) else {
        return Ok(());
    };
    if bounds.max_area.is_some() {
        return Ok(());
    }
    let greatest = |own: u32, region: u32, limit: Option<u32>| {
        let region = if text.starts_with('^') { u32::MAX } else { region };
        own.min(region).min(limit.unwrap_or(u32::MAX).max(1)).min(longest(job.format))
    };
    let (area, size) = (job.region.size, job.size);
    let limit = (bounds.max_width.or(bounds.max_height), bounds.max_height.or(bounds.max_width));
    let full = size.width() == greatest(width, area.width(), limit.0)
        || size.height() == greatest(height, area.height(), limit.1);
    prop_assert!(full, "{size:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_request_that_resolves_keeps_to_all_limits(
        path in path(), width in side(), height in side(), bounds in bounds(),
    ) {
        let picture = Size::new(width, height).unwrap();
        let Ok(request) = path.parse::<Request>() else { return Ok(()) };
        let Ok(found) = request.resolve(picture, &bounds) else { return Ok(()) };
        check(&path, &found, picture, &bounds)?;
        fills(&path, &found, &bounds)?;
        let canonical = found.canonical(picture, &bounds);
        let again = job(&canonical, (width, height), &bounds);
        prop_assert_eq!(&again, &Ok(found), "{}", &canonical);
        prop_assert_eq!(again.unwrap().canonical(picture, &bounds), canonical);
    }

    #[test]
    fn max_is_always_given(
        region in "full|square", width in side(), height in side(), bounds in bounds(),
        up in "\\^?",
    ) {
        let path = format!("{region}/{up}max/0/default.webp");
        prop_assert!(job(&path, (width, height), &bounds).is_ok());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}", bytes in any::<Vec<u8>>()) {
        for text in [text.as_str(), &String::from_utf8_lossy(&bytes)] {
            if let Err(error) = text.parse::<Target>() {
                prop_assert!([400, 404, 501].contains(&error.status()));
            }
            prop_assert!(text.parse::<Request>().is_err());
            if let Ok(url) = text.parse::<Url>() {
                prop_assert_eq!(url.as_str(), text);
            }
            if let Ok(rights) = text.parse::<Rights>() {
                prop_assert_eq!(rights.as_str().parse(), Ok(rights));
            }
        }
    }

    #[test]
    fn almost_a_request_is_read_or_refused(text in "[fulpct:,.!^%0-9a-f/maxdegjp]{0,40}") {
        if let Err(error) = text.parse::<Request>() {
            prop_assert!([400, 404, 501].contains(&error.status()));
        }
    }

    #[test]
    fn an_encoded_request_is_the_same(path in path()) {
        let encoded: Vec<String> = path
            .split('/')
            .map(|part| part.bytes().map(|byte| format!("%{byte:02x}")).collect())
            .collect();
        prop_assert_eq!(encoded.join("/").parse::<Request>(), path.parse::<Request>());
    }
}
