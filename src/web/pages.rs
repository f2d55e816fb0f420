//! The public pages: a handler fetches, makes the view, renders.

use std::time::Instant;

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    web,
};
use askama::Template;

use super::{
    negotiate::{Asker, preferred},
    portal::{
        self,
        card::{Card, Found as Marked},
        home::{Holdings, HomeView},
        labels::Labels,
        notice::NoticeView,
        record::RecordView,
        request::{Filter as Chosen, Request},
        search::{Results, SearchView},
        site::Site,
    },
    problem::Problem,
    state::App,
};
use crate::{
    domain::{
        digest::Digest,
        lang::{Lang, Localized},
        record::{LiveRecord, Tombstone},
    },
    search::{Filter, Query, Sort},
    service::{Catalog, Error, Found, Services},
};

/// What a page may load: its own style sheet and pictures, nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The cookie that keeps a reader's choice of language.
pub(super) const CHOICE: &str = "quangba_lang";

/// So many new records stand on the home page.
const LATEST: usize = 12;

/// The site as its pages present it, from the catalogue as it is now.
fn site(app: &App) -> Site {
    let catalog = app.services().catalog();
    let profile = &catalog.profile;
    let today = app.services().day(app.services().now());
    let managing = profile.charged(crate::domain::profile::Mandate::Managing, today);
    let own_name = |lang: &Lang| {
        let term = catalog.vocabulary("languages").and_then(|list| list.term(lang.as_str()));
        let name =
            term.and_then(|term| term.extra.get("nativeName")?.as_str().map(ToOwned::to_owned));
        name.unwrap_or_else(|| lang.to_string())
    };
    Site {
        province: profile.province.name.clone(),
        managing: managing.map(|agency| agency.name.clone()).unwrap_or_default(),
        public_url: app.settings.public_url.clone(),
        base_path: app.settings.base_path.clone(),
        langs: profile.languages.offered.iter().map(|l| (l.clone(), own_name(l))).collect(),
        default_lang: profile.languages.default_page.clone(),
        assets_version: version(),
    }
}

/// A piece of the style sheet's digest: a new sheet is fetched, the old one stays cached.
fn version() -> String {
    use sha2::Digest as _;
    let digest = Digest::from_bytes(&sha2::Sha256::digest(portal::CSS.as_bytes()).into());
    digest.as_str().chars().take(12).collect()
}

fn page(status: StatusCode, html: Result<String, askama::Error>, lang: &Lang) -> HttpResponse {
    let Ok(html) = html else {
        return Problem::internal("a page did not render").respond("vi");
    };
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_LANGUAGE, lang.as_str()))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "strict-origin-when-cross-origin"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(html)
}

fn with_labels<T>(catalog: &Catalog, work: impl FnOnce(&Labels<'_>) -> T) -> T {
    let name = |code: &str| -> Option<Localized<String>> {
        catalog.agency(code).map(|agency| agency.name.clone())
    };
    work(&Labels::new(&catalog.vocabularies, &name))
}

/// The language in a path, if pages are offered in it.
fn offered(site: &Site, text: &str) -> Result<Lang, Problem> {
    let lang: Lang = text.parse().map_err(|_no_tag| Problem::not_found())?;
    if site.offers(&lang) && lang.as_str() == text { Ok(lang) } else { Err(Problem::not_found()) }
}

/// The language for a reader of whom nothing is said in the path.
fn chosen(asker: &Asker, site: &Site) -> Lang {
    let remembered = asker.chosen.as_deref().and_then(|tag| tag.parse().ok());
    if let Some(lang) = remembered.filter(|lang| site.offers(lang)) {
        return lang;
    }
    let tags: Vec<&str> = site.langs.iter().map(|(lang, _name)| lang.as_str()).collect();
    let best = preferred(&asker.languages, &tags);
    best.and_then(|at| site.langs.get(at)).map_or(site.default_lang.clone(), |(l, _)| l.clone())
}

/// Leads to the home page in the reader's language.
#[get("/")]
pub(crate) async fn root(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let site = site(&app);
    let lang = chosen(&Asker::of(&request), &site);
    HttpResponse::Found()
        .insert_header((header::LOCATION, site.href(&format!("/{lang}/"))))
        .insert_header((header::VARY, "Accept-Language, Cookie"))
        .finish()
}

/// Leads from `/vi` to `/vi/`.
#[get("/{lang}")]
pub(crate) async fn bare(
    app: web::Data<App>,
    lang: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let site = site(&app);
    let lang = offered(&site, &lang)?;
    let to = site.href(&format!("/{lang}/"));
    Ok(HttpResponse::MovedPermanently().insert_header((header::LOCATION, to)).finish())
}

/// The home page.
#[get("/{lang}/")]
pub(crate) async fn home(
    app: web::Data<App>,
    lang: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let site = site(&app);
    let lang = offered(&site, &lang)?;
    let query =
        Query::new("").sort(Sort::Newest).page(0, LATEST).facets(vec![Filter::Kind, Filter::Topic]);
    let (found, records) = app.run(move |services| with_records(services, &query)).await?;
    let catalog = app.services().catalog();
    let html = with_labels(&catalog, |labels| {
        let frame = HomeView::page(&site, &lang);
        let cards = records.iter().map(|live| Card::new(&frame, live, labels, None)).collect();
        let holdings = Holdings {
            total: count(found.total),
            kinds: counts(&found, Filter::Kind),
            topics: counts(&found, Filter::Topic),
        };
        HomeView::new(frame, cards, &holdings, labels).render()
    });
    let mut answer = page(StatusCode::OK, html, &lang);
    remember(&mut answer, &lang);
    Ok(answer)
}

/// Keeps the choice of language for a year; it names nobody.
fn remember(answer: &mut HttpResponse, lang: &Lang) {
    let cookie = actix_web::cookie::Cookie::build(CHOICE, lang.to_string())
        .path("/")
        .http_only(true)
        .same_site(actix_web::cookie::SameSite::Lax)
        .max_age(actix_web::cookie::time::Duration::days(365))
        .finish();
    if let Err(error) = answer.add_cookie(&cookie) {
        tracing::debug!("the language cookie was not set: {error}");
    }
}

/// The search page.
#[get("/{lang}/search")]
pub(crate) async fn search(
    app: web::Data<App>,
    lang: web::Path<String>,
    asked: web::Query<Request>,
) -> Result<HttpResponse, Problem> {
    let (site, began) = (site(&app), Instant::now());
    let lang = offered(&site, &lang)?;
    let query = query_of(&asked, &lang);
    let (found, records) = app.run(move |services| with_records(services, &query)).await?;
    let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let catalog = app.services().catalog();
    let html = with_labels(&catalog, |labels| {
        let frame = SearchView::page(&site, &lang, &asked);
        let each = found.hits.iter().zip(&records).map(|(hit, live)| {
            let marked = hit.lang.parse().ok().map(|lang| Marked {
                lang,
                title_html: hit.title_html.clone(),
                text_html: match &hit.page {
                    Some(page) => page.text_html.clone(),
                    None => hit.text_html.clone(),
                },
                page: hit.page.as_ref().map(|page| page.number),
            });
            Card::new(&frame, live, labels, marked)
        });
        let cards = each.collect();
        let facets = Chosen::ALL.into_iter().filter_map(|filter| {
            let counts = found.facets.get(filter.facet())?;
            let counts = counts.iter().map(|(code, n)| (code.clone(), count(*n)));
            Some((filter, counts.collect()))
        });
        let facets = facets.collect();
        let results = Results { total: count(found.total), took_ms: took, cards, facets };
        SearchView::new(frame, &asked, results, labels).render()
    });
    Ok(page(StatusCode::OK, html, &lang))
}

fn query_of(asked: &Request, lang: &Lang) -> Query {
    let offset = usize::try_from(asked.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(Request::PAGE_SIZE).unwrap_or(20);
    let mut query = Query::new(&asked.q)
        .lang(Some(lang.to_string()))
        .page(offset, size)
        .facets(Chosen::ALL.into_iter().map(to_filter).collect());
    for filter in Chosen::ALL {
        if let Some(value) = asked.chosen(filter) {
            query = query.only(to_filter(filter), vec![value.to_owned()]);
        }
    }
    query
}

const fn to_filter(filter: Chosen) -> Filter {
    match filter {
        Chosen::Kind => Filter::Kind,
        Chosen::Topic => Filter::Topic,
        Chosen::Place => Filter::Place,
        Chosen::Agency => Filter::Agency,
        Chosen::Year => Filter::Year,
        Chosen::Language => Filter::Language,
    }
}

/// What was found, with the live record of every hit; one that is gone since is left out of both.
fn with_records(services: &Services, query: &Query) -> Result<(Found, Vec<LiveRecord>), Error> {
    let mut found = services.search(query)?;
    let mut records = Vec::with_capacity(found.hits.len());
    let mut hits = Vec::with_capacity(found.hits.len());
    for hit in found.hits {
        match services.published(hit.display.id) {
            Ok(live) => {
                records.push(live);
                hits.push(hit);
            }
            Err(Error::Gone(_) | Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    found.hits = hits;
    Ok((found, records))
}

/// A record's page, with or without words behind its id.
#[get("/{lang}/r/{id}{slug:(/[^/]*)?}")]
pub(crate) async fn record(
    app: web::Data<App>,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let site = site(&app);
    let lang = offered(&site, &path.0)?;
    let id = super::api::record_id(&path.1)?;
    match app.run(move |services| outcome(services.published(id))).await? {
        Ok(live) => {
            let catalog = app.services().catalog();
            let html = with_labels(&catalog, |labels| {
                RecordView::new(&site, &lang, &live, labels).render()
            });
            Ok(page(StatusCode::OK, html, &lang))
        }
        Err(stone) => {
            let html = NoticeView::gone(&site, &lang, &stone).render();
            Ok(page(StatusCode::GONE, html, &lang))
        }
    }
}

fn outcome(found: Result<LiveRecord, Error>) -> Result<Result<LiveRecord, Box<Tombstone>>, Error> {
    match found {
        Ok(live) => Ok(Ok(live)),
        Err(Error::Gone(stone)) => Ok(Err(stone)),
        Err(error) => Err(error),
    }
}

/// The page that tells people of a problem, in the language of the path or the reader's.
pub(super) fn problem_page(asker: &Asker, problem: &Problem) -> Option<HttpResponse> {
    let site = site(asker.app.as_ref()?);
    let first = asker.path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let lang = offered(&site, first).unwrap_or_else(|_none| chosen(asker, &site));
    let status = problem.status();
    let view = if status == StatusCode::NOT_FOUND {
        NoticeView::not_found(&site, &lang)
    } else {
        let incident = problem.member("incident").and_then(serde_json::Value::as_str);
        let detail = problem.detail(lang.as_str());
        NoticeView::problem(&site, &lang, status.as_u16(), Some(detail), incident)
    };
    Some(page(status, view.render(), &lang))
}

/// The style sheet.
#[get("/assets/portal.css")]
pub(crate) async fn css() -> HttpResponse {
    asset("text/css; charset=utf-8", portal::CSS)
}

/// The sign in browser tabs.
#[get("/assets/favicon.svg")]
pub(crate) async fn favicon() -> HttpResponse {
    asset("image/svg+xml", portal::FAVICON)
}

fn asset(media_type: &'static str, body: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(body)
}

/// What programs that read the whole web may read: everything public, no search results.
#[get("/robots.txt")]
pub(crate) async fn robots() -> HttpResponse {
    let text = "User-agent: *\nDisallow: /api/\nDisallow: /export/\nDisallow: /*/search\n";
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

fn counts(found: &Found, filter: Filter) -> Vec<(String, u64)> {
    let counts = found.facets.get(filter.name()).into_iter().flatten();
    counts.map(|(code, n)| (code.clone(), count(*n))).collect()
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
