//! A record's page.

use askama::Template;

use super::{
    card::record_path,
    files::{self, Files},
    format,
    labels::Labels,
    request::{Filter, Request},
    site::{LangLink, Link, Nav, Page, Shared, Site, Text},
};
use crate::domain::{
    document::{Method, Place},
    lang::Lang,
    record::LiveRecord,
    rights::Rights,
};

/// One line of the table beside the text.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is about.
    pub label: String,
    /// What there is to say.
    pub values: Vec<Link>,
}

/// Who may do what with a record.
#[derive(Clone, Debug)]
pub struct RightsView {
    /// The line to print beside it.
    pub credit: Option<Text>,
    /// Who holds the rights.
    pub holder: Option<Text>,
    /// The rights statement.
    pub statement: Option<Link>,
    /// The licence.
    pub licence: Option<Link>,
    /// What it may be used for.
    pub allowed: String,
    /// From when on it may no longer be used.
    pub expires: Option<String>,
}

/// What a later version corrected.
#[derive(Clone, Debug)]
pub struct CorrectionView {
    /// When, as people read it.
    pub date: String,
    /// The same, `YYYY-MM-DD`.
    pub machine_date: String,
    /// What.
    pub note: Text,
}

/// A record's page.
#[derive(Debug, Template)]
#[template(path = "portal/record.html", config = "assets/askama.toml")]
pub struct RecordView<'a> {
    /// Its frame.
    pub page: Page<'a>,
    /// The bare UUID.
    pub id: String,
    /// What it is, with all of that kind.
    pub kind: Link,
    /// Its title.
    pub title: Text,
    /// Its summary.
    pub summary: Option<Text>,
    /// Its text: HTML that was sanitized on the way in.
    pub body: Option<Text>,
    /// What a reader should know first: another language is shown, a machine translated it.
    pub notices: Vec<String>,
    /// What was corrected since it was first published, the newest first.
    pub corrections: Vec<CorrectionView>,
    /// All languages that it is there in.
    pub langs: Vec<LangLink>,
    /// When it was published, as people read it.
    pub published: String,
    /// The same, `YYYY-MM-DD`.
    pub published_date: String,
    /// Who contributed it.
    pub agency: Text,
    /// Its files.
    pub files: Files,
    /// What else there is to know.
    pub facts: Vec<Fact>,
    /// Who may do what with it.
    pub rights: RightsView,
    /// Its address for ever.
    pub permalink: String,
    /// How to name it as a source.
    pub cite: Text,
}

impl<'a> RecordView<'a> {
    /// The page of `live` for readers of `lang`: in that language, else English, else Vietnamese,
    /// else any.
    #[must_use]
    pub fn new(site: &'a Site, lang: &Lang, live: &LiveRecord, labels: &Labels<'_>) -> Self {
        let document = &live.document;
        let mut page = Page::new(site, lang, record_path(live));
        let title =
            Text::best(&document.title, lang).unwrap_or_else(|| Text::plain(&live.local_id, lang));
        let shown = title.lang.clone();
        // One language for the whole page; what is missing in it is taken from the next best.
        let in_shown =
            |texts| Text::best(texts, &shown).map(|text| Text::new(&text.lang, &text.text, lang));
        let summary = in_shown(&document.summary);
        frame(&mut page, live, &title, summary.as_ref());
        let agency = Text::best(&live.agency.name, lang)
            .unwrap_or_else(|| labels.agency(live.agency.code.as_str(), lang));
        let permalink = site.absolute(&format!("/{shown}/{}", page.path));
        let published = format::date(page.words.tag(), live.published);
        Self {
            id: live.id.key(),
            kind: Link {
                text: labels.kind(document.kind, lang),
                url: Some(page.href(&Request::only(Filter::Kind, document.kind.as_str()).path())),
            },
            body: in_shown(&document.body),
            notices: notices(&page, live, &shown, labels),
            corrections: corrections(&page, live),
            langs: langs(&page, live, &shown, labels),
            published_date: format::machine_date(live.published),
            files: Files::new(&page, live, labels),
            facts: facts(&page, live, labels),
            rights: rights(&page, &document.rights, labels),
            cite: Text::plain(
                &format!(
                    "{}. {}, {published}. {}. {permalink}",
                    title.text, agency.text, live.local_id
                ),
                lang,
            ),
            permalink,
            published,
            agency,
            summary,
            title,
            page,
        }
    }
}

fn corrections(page: &Page<'_>, live: &LiveRecord) -> Vec<CorrectionView> {
    let newest = live.corrections.iter().rev();
    let each = newest.filter_map(|correction| {
        Some(CorrectionView {
            date: format::date(page.words.tag(), correction.at),
            machine_date: format::machine_date(correction.at),
            note: Text::best(&correction.note, &page.lang)?,
        })
    });
    each.collect()
}

/// Fills in what search engines and sharing need.
fn frame(page: &mut Page<'_>, live: &LiveRecord, title: &Text, summary: Option<&Text>) {
    page.title.clone_from(&title.text);
    page.description = summary.map_or_else(String::new, |text| format::shorten(&text.text, 200));
    page.alternates =
        live.document.languages().into_iter().filter(|lang| page.site.offers(lang)).collect();
    // Where another language is shown, that language's page is the one to be kept.
    page.canonical = Some(title.lang.clone()).filter(|shown| page.site.offers(shown));
    page.image = files::thumbnail(live).map(|asset| Shared {
        url: files::shared(page, asset),
        alt: files::alt(page, live, asset).text,
    });
}

fn notices(page: &Page<'_>, live: &LiveRecord, shown: &Lang, labels: &Labels<'_>) -> Vec<String> {
    let called = |lang: &Lang| {
        let label = labels.label("languages", lang.as_str(), &page.lang).text;
        if page.words.tag() == "vi" { format::lower_first(&label) } else { label }
    };
    let mut notices = Vec::new();
    if *shown != page.lang {
        notices.push(page.t1("fallback-missing", "lang", &called(&page.lang)));
        notices.push(page.t1("fallback-shown", "lang", &called(shown)));
    }
    match live.document.translations.get(shown).map(|translation| translation.method) {
        Some(Method::Machine) => notices.push(page.t("translated-machine")),
        Some(Method::MachinePostEdited) => notices.push(page.t("translated-edited")),
        Some(Method::Human) | None => {}
    }
    notices
}

fn langs(page: &Page<'_>, live: &LiveRecord, shown: &Lang, labels: &Labels<'_>) -> Vec<LangLink> {
    let link = |lang: Lang| LangLink {
        name: labels.own_name(&lang),
        url: page.site.href(&format!("/{lang}/{}", page.path)),
        current: lang == *shown,
        lang,
    };
    let offered = |lang: &Lang| page.site.offers(lang);
    live.document.languages().into_iter().filter(offered).map(link).collect()
}

fn facts(page: &Page<'_>, live: &LiveRecord, labels: &Labels<'_>) -> Vec<Fact> {
    let document = &live.document;
    let (lang, ui) = (&page.lang, page.words.tag());
    let plain = |text: &str| Link { text: Text::plain(text, lang), url: None };
    let search = |filter, code: &str| Some(page.href(&Request::only(filter, code).path()));
    let fact = |key: &str, values: Vec<Link>| Fact { label: page.t(key), values };

    let topic = |code: &String| Link {
        text: labels.label("topics", code, lang),
        url: search(Filter::Topic, code),
    };
    let place = |place: &Place| {
        let label = place.code.as_ref().map(|code| labels.label("places", code, lang));
        let text = Text::best(&place.name, lang).or(label)?;
        let url = place.code.as_ref().and_then(|code| search(Filter::Place, code));
        Some(Link { text, url })
    };
    let keywords = document.keywords.best(lang.as_str()).map(|(of, words)| {
        let link = |word: &String| Link {
            text: Text::new(of, word, lang),
            url: Some(page.href(&Request { q: word.clone(), ..Request::default() }.path())),
        };
        words.iter().map(link).collect::<Vec<_>>()
    });
    let mut all = vec![
        fact("fact-topics", document.topics.iter().map(topic).collect()),
        fact("fact-places", document.places.iter().filter_map(place).collect()),
        fact("fact-keywords", keywords.unwrap_or_default()),
    ];
    for creator in &document.creators {
        let label = page.t(&format!("role-{}", creator.role));
        all.push(Fact { label, values: vec![plain(&creator.name)] });
    }
    let created = document.created.as_ref().map(|text| plain(&format::partial_date(ui, text)));
    let updated = Some(live.modified).filter(|_| 1 < live.version);
    all.extend([
        fact("fact-created", created.into_iter().collect()),
        fact("fact-published", vec![plain(&format::date(ui, live.published))]),
        fact("fact-updated", updated.iter().map(|at| plain(&format::date(ui, *at))).collect()),
        fact("fact-version", vec![plain(&live.version.to_string())]),
        fact("fact-id", vec![plain(&live.local_id)]),
    ]);
    all.retain(|fact| !fact.values.is_empty());
    all
}

fn rights(page: &Page<'_>, rights: &Rights, labels: &Labels<'_>) -> RightsView {
    let lang = &page.lang;
    let linked = |list: &str, uri: &String| Link {
        text: labels.by_uri(list, uri, lang),
        // Whatever stands there, a link leads to the web and nowhere else.
        url: Some(uri.clone())
            .filter(|uri| uri.starts_with("https://") || uri.starts_with("http://")),
    };
    RightsView {
        credit: Text::best(&rights.credit, lang),
        holder: Text::best(&rights.holder, lang),
        statement: rights.statement.as_ref().map(|uri| linked("rights-statements", uri)),
        licence: rights.license.as_ref().map(|uri| linked("licences", uri)),
        allowed: page.t(&format!("use-{}", rights.allowed())),
        expires: rights.expires.map(|at| format::date(page.words.tag(), at)),
    }
}
