//! All findings on a record, as the desk works them out: a long one of 3,000 words in each of two
//! languages, and short ones of 200 words in each, as they come in an import.

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use quangba::domain::{
    account::{Actor, Role},
    id::RecordId,
};
use serde_json::{Value, json};
use support::{
    Outcome, fixture,
    report::{Figure, Target, print, quantile, rate},
};

/// Sentences of a region, with its names; no two paragraphs are the same.
const VI: [&str; 6] = [
    "Không gian văn hóa cồng chiêng Tây Nguyên trải dài qua các tỉnh Đắk Lắk, Lâm Đồng và Gia Lai.",
    "Người Ê Đê gìn giữ nhà dài, bến nước và những dàn chiêng quý của tổ tiên để lại.",
    "Lễ hội cà phê Buôn Ma Thuột đón hàng chục nghìn lượt khách trong nước và quốc tế.",
    "Hồ Lắk nằm giữa những dãy núi xanh, quanh hồ là các buôn làng của người M'nông.",
    "Vườn quốc gia Yok Đôn bảo tồn rừng khộp và các loài thú lớn của cao nguyên.",
    "Ủy ban nhân dân tỉnh kêu gọi đầu tư vào nông nghiệp công nghệ cao và năng lượng sạch.",
];
const EN: [&str; 6] = [
    "The Space of Gong Culture in the Central Highlands spans Dak Lak, Lam Dong and Gia Lai.",
    "The Ede keep their longhouses, water wharfs and precious gongs handed down by ancestors.",
    "The Buon Ma Thuot Coffee Festival welcomes tens of thousands of visitors from all over.",
    "Lak Lake lies among green mountains, and the villages of the Mnong stand around it.",
    "Yok Don National Park protects the dry forest and the large animals of the plateau.",
    "The provincial People's Committee calls for investment in clean energy and farming.",
];

const ROUNDS: usize = 200;
const SHORT: usize = 400;

fn pick<'a>(lines: &[&'a str], n: usize) -> &'a str {
    lines.iter().cycle().nth(n % lines.len()).copied().unwrap_or_default()
}

/// Paragraphs of about so many words in all.
fn text(lines: &[&str], words: usize, seed: usize) -> String {
    let (mut out, mut count, mut n) = (String::new(), 0, seed);
    while count < words {
        let line = format!("{n}. {} {}", pick(lines, n), pick(lines, n * 5 + 1));
        count += line.split(' ').count();
        out.push_str(&format!("<p>{line}</p>"));
        n += 1;
    }
    out
}

fn record(words: usize, seed: usize) -> Value {
    json!({
        "kind": "article",
        "title": {"vi": format!("Cồng chiêng Đắk Lắk {seed}"), "en": format!("Gongs of Dak Lak {seed}")},
        "summary": {"vi": pick(&VI, seed), "en": pick(&EN, seed)},
        "body": {"vi": text(&VI, words, seed), "en": text(&EN, words, seed)},
        "keywords": {"vi": ["cồng chiêng", "lễ hội"], "en": ["gongs", "festival"]},
        "topics": ["van-hoa-dan-toc"],
        "rights": {"statement": "http://rightsstatements.org/vocab/InC/1.0/",
            "holder": {"vi": "UBND tỉnh Đắk Lắk", "en": "Dak Lak Provincial People's Committee"}},
        "clearance": {"stateSecret": false, "personalData": "none"},
    })
}

fn main() -> Outcome {
    let now: Timestamp = "2026-11-21T01:00:00Z".parse()?;
    let services = fixture::init(&fixture::folder("checks"), Arc::new(move || now))?;
    let writer = Actor {
        name: "bench".to_owned(),
        roles: [Role::Contributor].into(),
        scope: None,
        agency: Some("H15.16".parse()?),
        from: None,
    };
    let long = services.create(&writer, record(3_000, 1))?.id;
    let short = (0..SHORT)
        .map(|seed| Ok(services.create(&writer, record(200, seed))?.id))
        .collect::<Outcome<Vec<RecordId>>>()?;
    black_box(services.findings(&writer, long)?);

    let mut each = Vec::new();
    for _round in 0..ROUNDS {
        let begun = Instant::now();
        black_box(services.findings(black_box(&writer), long)?);
        each.push(begun.elapsed());
    }
    let begun = Instant::now();
    for id in &short {
        black_box(services.findings(black_box(&writer), *id)?);
    }
    let one = rate(u64::try_from(SHORT)?, begun.elapsed());
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for half in short.chunks(SHORT / 2) {
            let (services, writer) = (&services, &writer);
            scope.spawn(move || {
                for id in half {
                    drop(black_box(services.findings(writer, *id)));
                }
            });
        }
    });
    let both = rate(u64::try_from(SHORT)?, begun.elapsed());
    report(&mut each, (one, both))
}

fn report(each: &mut [Duration], (one, both): (f64, f64)) -> Outcome {
    let figures = [
        Figure {
            name: "all findings, 3,000 words in two languages, p50",
            value: quantile(each, 0.5),
            unit: "ms",
            target: Target::AtMost(20.0),
        },
        Figure {
            name: "all findings, 3,000 words in two languages, p99",
            value: quantile(each, 0.99),
            unit: "ms",
            target: Target::AtMost(40.0),
        },
        Figure {
            name: "records of 200 words, one thread",
            value: one,
            unit: "1/s",
            target: Target::AtLeast(2_000.0),
        },
        Figure {
            name: "records of 200 words, two threads",
            value: both,
            unit: "1/s",
            target: Target::AtLeast(2_000.0),
        },
    ];
    print("checks", &figures, &json!({"short": SHORT, "rounds": ROUNDS}))
}
