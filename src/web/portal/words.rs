//! The words of the pages: Fluent files under `assets/words`, one a language.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use super::format;
use crate::domain::lang::Lang;

/// The interface texts of one language.
pub struct Words {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
}

static VI: LazyLock<Words> =
    LazyLock::new(|| Words::read("vi", include_str!("../../../assets/words/vi.ftl")));
static EN: LazyLock<Words> =
    LazyLock::new(|| Words::read("en", include_str!("../../../assets/words/en.ftl")));

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("tag", &self.tag).finish_non_exhaustive()
    }
}

impl Words {
    /// The words for readers of `lang`: Vietnamese for Vietnamese, else English.
    #[must_use]
    pub fn of(lang: &Lang) -> &'static Self {
        if lang.is_vietnamese() { &VI } else { &EN }
    }

    /// The language in which the words are: `vi` or `en`.
    #[must_use]
    pub const fn tag(&self) -> &'static str {
        self.tag
    }

    /// The text under `key`; the key itself where there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.say(key, None)
    }

    /// The text under `key` with `$name` replaced by `value`.
    #[must_use]
    pub fn with(&self, key: &str, name: &str, value: &str) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.say(key, Some(&args))
    }

    /// The text under `key` for so many: `$n` picks the plural form, `$count` is `n` as this
    /// language writes it.
    #[must_use]
    pub fn count(&self, key: &str, n: u64) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        args.set("count", format::number(self.tag, n));
        self.say(key, Some(&args))
    }

    fn say(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }

    fn read(tag: &'static str, source: &str) -> Self {
        // A test holds that the files are without fault, so nothing is lost here.
        let resource = FluentResource::try_new(source.to_owned())
            .unwrap_or_else(|(readable, _faults)| readable);
        let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self { tag, bundle }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;
    use crate::domain::{document::CreatorRole, rights::Use};
    use crate::web::portal::request::Filter;

    const FILES: [&str; 2] = [
        include_str!("../../../assets/words/vi.ftl"),
        include_str!("../../../assets/words/en.ftl"),
    ];

    fn keys(source: &str) -> BTreeSet<&str> {
        let start = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
        source.lines().filter(start).filter_map(|line| line.split(" =").next()).collect()
    }

    /// What stands in quotes right after `call` in `text`.
    fn asked<'t>(text: &'t str, call: &str) -> Vec<&'t str> {
        text.split(call).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn the_files_are_without_fault_and_in_nfc() {
        for source in FILES {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
            assert!(unicode_normalization::is_nfc(source));
            assert_eq!(keys(source).len(), source.lines().filter(|l| l.contains(" =")).count());
        }
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        assert_eq!(keys(FILES[0]), keys(FILES[1]));
    }

    /// Keys that are put together from a code.
    fn families() -> BTreeSet<String> {
        let filters = Filter::ALL.iter().map(|filter| format!("filter-{}", filter.facet()));
        let roles = CreatorRole::ALL.iter().map(|role| format!("role-{role}"));
        let uses = Use::ALL.iter().map(|allowed| format!("use-{allowed}"));
        filters.chain(roles).chain(uses).collect()
    }

    #[test]
    fn every_key_that_is_asked_for_exists_and_every_key_is_asked_for() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (mut used, mut quoted) = (families(), families());
        let calls = [".t(\"", ".t1(\"", ".words.get(\"", ".words.with(\"", ".words.count(\""];
        let files = ["assets/templates/portal", "src/web/portal"]
            .into_iter()
            .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap());
        for file in files {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            used.extend(calls.iter().flat_map(|call| asked(&text, call)).map(str::to_owned));
            quoted.extend(text.split('"').map(str::to_owned));
        }
        let known: BTreeSet<String> = keys(FILES[0]).into_iter().map(str::to_owned).collect();
        let missing: Vec<_> = used.difference(&known).collect();
        assert!(missing.is_empty(), "asked for, not there: {missing:?}");
        let idle: Vec<_> = known.difference(&quoted).collect();
        assert!(idle.is_empty(), "there, never asked for: {idle:?}");
    }

    #[test]
    fn plurals_and_numbers_follow_the_language() {
        let (vi, en) = (Words::of(&Lang::vi()), Words::of(&Lang::en()));
        assert_eq!(vi.count("records-count", 1234), "1.234 tư liệu");
        assert_eq!(en.count("records-count", 1), "1 record");
        assert_eq!(en.count("records-count", 1234), "1,234 records");
        assert_eq!(Words::of(&"fr".parse().unwrap()).tag(), "en");
        assert_eq!(vi.get("no-such-key"), "no-such-key");
    }
}
