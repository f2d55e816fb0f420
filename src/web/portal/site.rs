//! What all pages share: the site, the page's frame, and texts that know their language.

use super::{format, words::Words};
use crate::domain::lang::{Lang, Localized};

/// The site as its pages present it; made once, at start.
#[derive(Clone, Debug)]
pub struct Site {
    /// The province's name.
    pub province: Localized<String>,
    /// The managing agency's name.
    pub managing: Localized<String>,
    /// Scheme, host and base path, without a slash at the end: what absolute addresses begin with.
    pub public_url: String,
    /// The base path alone: empty, or `/quangba`; what links within the site begin with.
    pub base_path: String,
    /// The languages that pages are offered in, in their order, with the own name of each.
    pub langs: Vec<(Lang, String)>,
    /// The language for readers who ask for none of the offered.
    pub default_lang: Lang,
    /// What tells one style sheet from the next: part of its hash.
    pub assets_version: String,
}

impl Site {
    /// Whether pages are offered in `lang`.
    #[must_use]
    pub fn offers(&self, lang: &Lang) -> bool {
        self.langs.iter().any(|(offered, _)| offered == lang)
    }

    /// The address within this site of `path`, which begins with a slash.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        format!("{}{path}", self.base_path)
    }

    /// The absolute address of `path`, which begins with a slash.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

/// A text and its language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The language that it is in.
    pub lang: Lang,
    /// The text, not escaped.
    pub text: String,
    /// Whether its language is not that of the words around it, so that it must be marked.
    pub foreign: bool,
}

impl Text {
    /// What a reader of `lang` is shown of `texts`; none where no language has anything.
    #[must_use]
    pub fn best(texts: &Localized<String>, lang: &Lang) -> Option<Self> {
        let (found, text) =
            texts.best(lang.as_str()).filter(|(_, text)| !text.trim().is_empty())?;
        Some(Self::new(found, text, lang))
    }

    /// A text in `lang` on a page for readers of `page`.
    #[must_use]
    pub fn new(lang: &Lang, text: &str, page: &Lang) -> Self {
        let foreign = lang.as_str() != Words::of(page).tag();
        Self { lang: lang.clone(), text: text.to_owned(), foreign }
    }

    /// A text in the language of the words around it: names and codes that need no mark.
    #[must_use]
    pub fn plain(text: &str, page: &Lang) -> Self {
        Self { lang: page.clone(), text: text.to_owned(), foreign: false }
    }

    /// Escaped, and within `<span lang>` where its language is not that of its surroundings
    /// (WCAG 2.2, 3.1.2).
    #[must_use]
    pub fn html(&self) -> String {
        let text = format::escape(&self.text);
        if self.foreign { format!("<span lang=\"{}\">{text}</span>", self.lang) } else { text }
    }

    /// ` lang="…"` for the tag around it, or nothing.
    #[must_use]
    pub fn lang_attr(&self) -> String {
        if self.foreign { format!(" lang=\"{}\"", self.lang) } else { String::new() }
    }
}

/// A text that may lead somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub text: Text,
    /// Where it leads.
    pub url: Option<String>,
}

/// One language of a choice of languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LangLink {
    /// The language.
    pub lang: Lang,
    /// Its own name for itself.
    pub name: String,
    /// The page in that language.
    pub url: String,
    /// Whether the reader is there.
    pub current: bool,
}

/// Which entry of the main navigation the reader is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    /// The home page.
    Home,
    /// The search page.
    Search,
    /// None of them.
    None,
}

/// A picture for those who share the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Its absolute address.
    pub url: String,
    /// What it shows.
    pub alt: String,
}

/// The frame of a page: everything around its main part.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The site.
    pub site: &'a Site,
    /// The reader's language.
    pub lang: Lang,
    /// The interface texts; their language may differ from `lang`.
    pub words: &'static Words,
    /// The path after `/{lang}/`, with its query: the same in every language.
    pub path: String,
    /// Where the reader is.
    pub nav: Nav,
    /// What the browser's title begins with; empty on the home page.
    pub title: String,
    /// One or two sentences for search engines and for sharing.
    pub description: String,
    /// The language whose page is the one to be kept in search engines; none = not to be kept.
    pub canonical: Option<Lang>,
    /// The languages in which this page says the same.
    pub alternates: Vec<Lang>,
    /// The picture for sharing.
    pub image: Option<Shared>,
}

impl<'a> Page<'a> {
    /// The frame for `/{lang}/{path}`, to be kept by search engines in every offered language.
    #[must_use]
    pub fn new(site: &'a Site, lang: &Lang, path: impl Into<String>) -> Self {
        Self {
            site,
            lang: lang.clone(),
            words: Words::of(lang),
            path: path.into(),
            nav: Nav::None,
            title: String::new(),
            description: String::new(),
            canonical: Some(lang.clone()),
            alternates: site.langs.iter().map(|(lang, _)| lang.clone()).collect(),
            image: None,
        }
    }

    /// The interface text under `key`.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.words.get(key)
    }

    /// The interface text under `key` with one `$name` in it.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: &str) -> String {
        self.words.with(key, name, value)
    }

    /// The province's name.
    #[must_use]
    pub fn province(&self) -> Text {
        self.name(&self.site.province)
    }

    /// The managing agency's name.
    #[must_use]
    pub fn managing(&self) -> Text {
        self.name(&self.site.managing)
    }

    /// The site's name.
    #[must_use]
    pub fn site_name(&self) -> String {
        self.t1("site-name", "province", &self.province().text)
    }

    /// What stands in the browser's title.
    #[must_use]
    pub fn full_title(&self) -> String {
        if self.title.is_empty() {
            self.site_name()
        } else {
            format!("{} – {}", self.title, self.site_name())
        }
    }

    /// The link to `path` in the reader's language; `path` as in [`Page::path`].
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        self.site.href(&format!("/{}/{path}", self.lang))
    }

    /// The link to `path`, which begins with a slash and has no language.
    #[must_use]
    pub fn root(&self, path: &str) -> String {
        self.site.href(path)
    }

    /// This page's absolute address in `lang`.
    #[must_use]
    pub fn absolute(&self, lang: &Lang) -> String {
        self.site.absolute(&format!("/{lang}/{}", self.path))
    }

    /// This page's absolute address for readers of none of the offered languages.
    #[must_use]
    pub fn absolute_default(&self) -> Option<String> {
        let first = || self.alternates.first();
        let default = self.alternates.iter().find(|lang| **lang == self.site.default_lang);
        default.or_else(first).map(|lang| self.absolute(lang))
    }

    /// This page in every offered language.
    #[must_use]
    pub fn langs(&self) -> Vec<LangLink> {
        let link = |(lang, name): &(Lang, String)| LangLink {
            lang: lang.clone(),
            name: name.clone(),
            url: self.site.href(&format!("/{lang}/{}", self.path)),
            current: *lang == self.lang,
        };
        self.site.langs.iter().map(link).collect()
    }

    /// The reader's language by its own name.
    #[must_use]
    pub fn lang_name(&self) -> String {
        let own = self.site.langs.iter().find(|(lang, _)| *lang == self.lang);
        own.map_or_else(|| self.lang.to_string(), |(_, name)| name.clone())
    }

    fn name(&self, names: &Localized<String>) -> Text {
        Text::best(names, &self.lang).unwrap_or_else(|| Text::plain("", &self.lang))
    }
}
