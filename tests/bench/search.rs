//! Searches over HTTP in 100,000 records: words with and without marks, English, common and rare,
//! one and several, with filters; facets and limit as they are if nobody says otherwise.

#[expect(dead_code, reason = "each bench uses a part of it")]
mod support;

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{
    Outcome, fixture,
    http::{Client, escaped},
    report::{Figure, Memory, Target, millis, print, quantile, rate},
    server::Server,
};

const ROUNDS: usize = 25;

/// Words and the rest of the query string.
const QUERIES: &[(&str, &str)] = &[
    ("cồng chiêng", ""),
    ("cong chieng", ""),
    ("gong", ""),
    ("gong culture", ""),
    ("lễ hội cà phê", ""),
    ("le hoi ca phe", ""),
    ("coffee festival", ""),
    ("thác", ""),
    ("thac", ""),
    ("waterfall", ""),
    ("voi", ""),
    ("elephant", ""),
    ("của", ""),
    ("the", ""),
    ("và", ""),
    ("province", ""),
    ("người", ""),
    ("di sản văn hóa", ""),
    ("di san van hoa", ""),
    ("heritage of the highland", ""),
    ("nhà dài", "&kind=article"),
    ("nha dai", "&topic=du-lich"),
    ("longhouse", "&topic=le-hoi"),
    ("sầu riêng xuất khẩu", "&kind=press-release"),
    ("durian export", "&year=2024"),
    ("hợp tác quốc tế", "&agency=H15.16"),
    ("international cooperation", "&agency=H15.11"),
    ("biên giới", "&place=66"),
    ("border gate guard", "&place=01"),
    ("thành phố kết nghĩa", ""),
    ("sister city", ""),
    ("Campuchia", ""),
    ("karonta", ""),
    ("kalinsil", ""),
    ("khuyệt", ""),
    ("quynh", ""),
    ("tằm tơ", ""),
    ("tam to", ""),
    ("rượu cần", "&lang=en"),
    ("training young support", "&lang=en"),
    ("không có gì như thế này cả", ""),
    ("zzzzzz", ""),
    ("", ""),
    ("", "&sort=newest&topic=am-thuc"),
    ("B-777", ""),
];

fn main() -> Outcome {
    let fixture = fixture::open()?;
    let server = Server::start(&fixture.data)?;
    let mut totals = Vec::new();
    // The first round reads the index into memory; what it finds is told.
    let client = Client::new(&server.url, None);
    for (words, rest) in QUERIES {
        let answer = client.json(&path(words, rest))?;
        totals.push(answer.get("total").and_then(Value::as_u64).unwrap_or(0));
    }
    let mut alone = run(&server, 1)?;
    let two = run(&server, 2)?;
    let memory = Memory::of(Some(server.pid()))?;
    let at_most =
        |name, value, most| Figure { name, value, unit: "ms", target: Target::AtMost(most) };
    let figures = [
        at_most("p50, one client", quantile(&mut alone.all(), 0.5), 3.0),
        at_most("p99, one client", quantile(&mut alone.all(), 0.99), 20.0),
        at_most("p50, two clients", quantile(&mut two.all(), 0.5), 3.0),
        at_most("p99, two clients", quantile(&mut two.all(), 0.99), 20.0),
    ];
    let details = json!({
        "queries": QUERIES.len(),
        "perSecond": [alone.per_second.round(), two.per_second.round()],
        "memory": memory.json(),
        "slowest": alone.slowest(&totals),
    });
    print("search", &figures, &details)
}

fn path(words: &str, rest: &str) -> String {
    format!("/api/v1/search?q={}{rest}", escaped(words))
}

struct Run {
    per_second: f64,
    /// By query.
    times: Vec<Vec<Duration>>,
}

impl Run {
    fn all(&self) -> Vec<Duration> {
        self.times.concat()
    }

    /// The slowest queries: words, hits, median and worst in milliseconds.
    fn slowest(&mut self, totals: &[u64]) -> Value {
        let each = QUERIES.iter().zip(totals).zip(&mut self.times);
        let mut rows: Vec<_> = each
            .map(|(((words, rest), total), times)| {
                let worst = times.iter().max().copied().map_or(0.0, millis);
                (quantile(times, 0.5), format!("{words}{rest}"), *total, worst)
            })
            .collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0));
        rows.truncate(8);
        json!(rows)
    }
}

fn run(server: &Server, clients: usize) -> Outcome<Run> {
    let begun = Instant::now();
    let client = |shift: usize| {
        let client = Client::new(&server.url, None);
        let mut times = vec![Vec::new(); QUERIES.len()];
        for _round in 0..ROUNDS {
            let from = shift * QUERIES.len() / clients;
            let each = QUERIES.iter().zip(&mut times).collect::<Vec<_>>();
            let (tail, head) =
                each.into_iter().enumerate().partition::<Vec<_>, _>(|(at, _)| from <= *at);
            for (_at, ((words, rest), times)) in tail.into_iter().chain(head) {
                let path = path(words, rest);
                let asked = Instant::now();
                let answer = client.get(&path)?;
                times.push(asked.elapsed());
                if answer.status != 200 {
                    return Err(format!("{words}: {}", answer.status).into());
                }
            }
        }
        Outcome::Ok(times)
    };
    let mut times = vec![Vec::new(); QUERIES.len()];
    thread::scope(|scope| {
        let client = &client;
        let threads: Vec<_> =
            (0..clients).map(|shift| scope.spawn(move || client(shift))).collect();
        for thread in threads {
            let theirs = thread.join().map_err(|_panic| "a client failed")??;
            times.iter_mut().zip(theirs).for_each(|(all, theirs)| all.extend(theirs));
        }
        Outcome::Ok(())
    })?;
    let count = u64::try_from(times.iter().map(Vec::len).sum::<usize>())?;
    Ok(Run { per_second: rate(count, begun.elapsed()), times })
}
