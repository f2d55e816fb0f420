//! The index as its users see it.

use std::fs;
use std::path::PathBuf;

use super::*;

fn text(lang: &str, title: &str, body: &str) -> Text {
    Text { lang: lang.into(), title: title.into(), body: body.into(), ..Text::default() }
}

fn document(id: &str, texts: Vec<Text>) -> Document {
    Document {
        id: id.into(),
        kind: "article".into(),
        agency: "vhttdl".into(),
        use_: "editorial".into(),
        topics: vec!["van-hoa".into()],
        places: vec!["66".into()],
        languages: texts.iter().map(|text| text.lang.clone()).collect(),
        published: 1_700_000_000,
        year: 2023,
        texts,
        display: format!("{{\"id\":\"{id}\"}}"),
        ..Document::default()
    }
}

fn put(document: Document) -> Op {
    Op::Put(Box::new(document))
}

fn gongs() -> Document {
    document(
        "gongs",
        vec![
            text("vi", "Không gian văn hóa cồng chiêng", "Người Êđê, M'nông đánh chiêng."),
            text("en", "The space of gong culture", "The Ede and M'nong play gongs."),
        ],
    )
}

fn with(documents: impl IntoIterator<Item = Document>) -> Search {
    let search = Search::in_memory().unwrap();
    search.apply(documents.into_iter().map(put).collect(), 1).unwrap();
    search
}

fn ids(search: &Search, query: &Query) -> Vec<String> {
    search.find(query).unwrap().hits.into_iter().map(|hit| hit.id).collect()
}

fn found(search: &Search, words: &str) -> Vec<String> {
    ids(search, &Query::new(words))
}

#[test]
fn a_bilingual_record_is_found_marked_unmarked_and_in_english() {
    let lake = document("lake", vec![text("vi", "Hồ Lắk", ""), text("en", "Lak Lake", "")]);
    let search = with([gongs(), lake]);
    for words in [
        "cồng chiêng",
        "cong chieng",
        "CONG CHIENG",
        "co\u{302}\u{300}ng chieng",
        "gong",
        "gongs",
        "GONG culture",
        "văn hoá",
        "mnong",
        "M’nông",
        "ede",
    ] {
        assert_eq!(found(&search, words), ["gongs"], "{words}");
    }
    assert_eq!(found(&search, "hồ lak"), ["lake"]);
    let hit = &search.find(&Query::new("gong")).unwrap().hits[0];
    assert_eq!((hit.lang.as_str(), hit.display.as_str()), ("en", "{\"id\":\"gongs\"}"));
    assert_eq!(hit.title_html, "The space of <mark>gong</mark> culture");
    assert_eq!(hit.text_html, "The Ede and M&#39;nong play <mark>gongs</mark>.");
}

#[test]
fn marks_rank_and_the_unmarked_still_follows() {
    let vi = |id: &str, title: &str| document(id, vec![text("vi", title, "")]);
    let search = with([
        vi("plain", "Hoi lang Don"),
        vi("marked", "Hội làng Đôn"),
        vi("other", "Hỏi lang dồn"),
        vi("far", "Chuyện khác"),
    ]);
    let order = found(&search, "hội làng Đôn");
    assert_eq!(order.len(), 3, "{order:?}");
    assert_eq!(order[0], "marked");
    assert_eq!(found(&search, "hoi lang don").len(), 3);
}

#[test]
fn both_ways_to_place_a_tone_and_d_with_a_bar_find_each_other() {
    let vi = |id: &str, title: &str| document(id, vec![text("vi", title, "")]);
    let search = with([vi("old", "Hòa Thắng"), vi("new", "Hoà Thắng"), vi("dam", "Đầm Đắk Lắk")]);
    for words in ["hòa thắng", "hoà thắng"] {
        let answer = search.find(&Query::new(words)).unwrap();
        assert_eq!(answer.total, 2, "{words}");
        assert_eq!(answer.hits[0].score, answer.hits[1].score, "{words}");
    }
    assert_eq!(found(&search, "dam dak lak"), ["dam"]);
}

#[test]
fn titles_rank_above_bodies() {
    let filler = "chuyện kể bên bếp lửa nhà dài ".repeat(3);
    let search = with([
        document("body", vec![text("vi", "Mùa khô", &format!("{filler} voi {filler}"))]),
        document("title", vec![text("vi", "Hội đua voi", &format!("{filler}{filler}"))]),
    ]);
    assert_eq!(found(&search, "voi"), ["title", "body"]);
}

#[test]
fn scripts_without_spaces_are_found() {
    let search = with([
        document("zh", vec![text("zh-Hans", "锣钲文化空间", "世界遗产")]),
        document("ko", vec![text("ko", "징 문화 공간", "베트남의 고원")]),
        document("lo", vec![text("lo", "ວັດທະນະທຳຄ້ອງ", "")]),
    ]);
    assert_eq!(found(&search, "世界遗产"), ["zh"]);
    assert_eq!(found(&search, "문화"), ["ko"]);
    assert_eq!(found(&search, "베트남"), ["ko"]);
    assert_eq!(found(&search, "ຄ້ອງ"), ["lo"]);
}

#[test]
fn filters_narrow_and_facets_count_what_is_left() {
    let each = (0..12).map(|n: i64| {
        let mut document = document(&format!("r{n}"), vec![text("vi", "Lễ hội", "")]);
        document.kind = if n % 3 == 0 { "photo" } else { "article" }.into();
        document.year = 2020 + n % 4;
        document.published = n * 100;
        if n < 2 {
            document.topics.push("du-lich".into());
        }
        document
    });
    let search = with(each);
    let query = Query::new("le hoi").facets(vec![Filter::Kind, Filter::Topic, Filter::Year]);
    let answer = search.find(&query).unwrap();
    assert_eq!(answer.total, 12);
    let count = |code: &str, n| (code.to_owned(), n);
    assert_eq!(answer.facets["kind"], [count("article", 8), count("photo", 4)]);
    assert_eq!(answer.facets["topic"], [count("van-hoa", 12), count("du-lich", 2)]);

    let narrow = query.clone().only(Filter::Kind, vec!["photo".into()]);
    let answer = search.find(&narrow).unwrap();
    assert_eq!((answer.total, answer.hits.len()), (4, 4));
    assert_eq!(answer.facets["topic"], [count("van-hoa", 4), count("du-lich", 1)]);

    let years = vec!["2020".into(), "2021".into()];
    let two = narrow.clone().only(Filter::Year, years).published(Some(0), Some(500));
    assert_eq!(ids(&search, &two).len(), 1);
    assert_eq!(ids(&search, &narrow.only(Filter::Kind, vec!["none".into()])).len(), 0);
    assert!(search.find(&Query::new("le hoi")).unwrap().facets.is_empty());
}

#[test]
fn no_words_give_all_by_date_page_by_page() {
    let search = with((0..5).map(|n: i64| {
        let mut document = document(&format!("r{n}"), vec![text("vi", "Lễ", "")]);
        document.published = n;
        document
    }));
    assert_eq!(found(&search, " "), ["r4", "r3", "r2", "r1", "r0"]);
    assert_eq!(ids(&search, &Query::new("").page(1, 2)), ["r3", "r2"]);
    assert_eq!(ids(&search, &Query::new("le").sort(Sort::Oldest).page(0, 2)), ["r0", "r1"]);
    assert_eq!(search.find(&Query::new("").page(9, 2)).unwrap().total, 5);
    assert_eq!(ids(&search, &Query::new("").page(0, 0)).len(), 1);
}

#[test]
fn most_words_do_when_all_are_too_many() {
    let search = with([gongs()]);
    assert_eq!(found(&search, "khong gian van hoa cong chieng tay nguyen"), ["gongs"]);
    assert_eq!(found(&search, "where is the space of gong culture today"), ["gongs"]);
    assert!(found(&search, "hoàn toàn chuyện nào đó khác hẳn").is_empty());
}

#[test]
fn the_readers_language_ranks_and_leaves_nothing_out() {
    let search = with([
        document("vi", vec![text("vi", "Festival", "")]),
        document("en", vec![text("en", "Festival", "")]),
    ]);
    let lang = |lang: &str| ids(&search, &Query::new("festival").lang(Some(lang.into())));
    assert_eq!(lang("en"), ["en", "vi"]);
    assert_eq!(lang("vi"), ["vi", "en"]);
    let filter = Query::new("festival").only(Filter::Language, vec!["en".into()]);
    assert_eq!(ids(&search, &filter), ["en"]);
}

#[test]
fn ids_and_numbers_are_found_whole() {
    let mut numbered = gongs();
    numbered.source_id = Some("VHTTDL-2026-17".into());
    let search = with([numbered, document("other", vec![text("vi", "Năm 2026", "17")])]);
    assert_eq!(found(&search, "vhttdl-2026-17")[0], "gongs");
    assert_eq!(found(&search, "other"), ["other"]);
}

#[test]
fn no_text_is_an_error() {
    let search = with([gongs()]);
    let long = "cồng ".repeat(2000);
    for words in [
        "*:*",
        "\"",
        "(((",
        "a AND OR NOT",
        "[x TO y]",
        "-cong",
        "title:\"x",
        "\\",
        "/a/",
        "\0",
        "^~",
        "🙂",
        "\u{300}",
        "cong_chieng",
        long.as_str(),
        &"x".repeat(10_000),
    ] {
        let answer = search.find(&Query::new(words).facets(Filter::ALL.to_vec())).unwrap();
        assert!(answer.total <= 1, "{words}");
    }
    assert_eq!(search.find(&Query::new("*:*")).unwrap().total, 0);
    assert_eq!(found(&search, "\"cồng chiêng\"(gong)*").len(), 1);
}

#[test]
fn put_replaces_and_remove_removes() {
    let search = with([gongs()]);
    let mut changed = gongs();
    changed.texts[1].title = "Drums".into();
    search.apply(vec![put(changed)], 2).unwrap();
    assert_eq!((search.count(), search.place()), (1, 2));
    assert_eq!(found(&search, "drums"), ["gongs"]);
    assert_eq!(search.ids().unwrap(), ["gongs"]);
    search.apply(vec![Op::Remove("gongs".into())], 3).unwrap();
    assert!(found(&search, "chiêng").is_empty());
    assert_eq!((search.count(), search.ids().unwrap().len()), (0, 0));
    search.apply(vec![put(gongs()), Op::Remove("gongs".into()), put(gongs())], 4).unwrap();
    assert_eq!(search.count(), 1);
    search.clear().unwrap();
    assert_eq!((search.count(), search.place()), (0, 0));
}

#[test]
fn what_is_staged_is_found_after_the_commit() {
    let search = Search::in_memory().unwrap();
    search.stage(vec![put(gongs())], 7).unwrap();
    assert_eq!((search.count(), search.place(), search.staged()), (0, 0, 7));
    search.commit().unwrap();
    assert_eq!((search.count(), search.place(), search.staged()), (1, 7, 7));
}

#[test]
fn facets_count_over_all_commits_and_leave_out_what_was_removed() {
    let search = Search::in_memory().unwrap();
    let of = |n: u64, kind: &str| {
        let text = text("vi", "Lễ hội", "");
        put(Document { kind: kind.into(), ..document(&format!("r{n}"), vec![text]) })
    };
    for n in 1..=5 {
        search.apply(vec![of(n, "article")], n).unwrap();
    }
    search.apply(vec![Op::Remove("r1".into()), of(2, "photo")], 7).unwrap();
    let query = Query::new("lễ hội").facets(vec![Filter::Kind]);
    let counts = search.find(&query).unwrap().facets["kind"].clone();
    assert_eq!(counts, [("article".to_owned(), 3), ("photo".to_owned(), 1)]);
}

#[test]
fn an_index_is_kept_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Search::open(&dir.path().join("index"), Options::default());
    let search = open().unwrap();
    search.apply(vec![put(gongs())], 41).unwrap();
    search.stage(vec![put(document("lost", vec![]))], 42).unwrap();
    assert!(matches!(open(), Err(SearchError::Index(_))), "two writers");
    drop(search);
    let search = open().unwrap();
    assert_eq!((search.place(), search.count()), (41, 1));
    assert_eq!(found(&search, "cong"), ["gongs"]);
    assert!(search.damaged().unwrap().is_empty());
}

#[test]
fn an_index_of_another_make_is_emptied() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Search::open(dir.path(), Options::default()).unwrap();
    open().apply(vec![put(gongs())], 41).unwrap();
    fs::write(dir.path().join("stamp"), "older").unwrap();
    let search = open();
    assert_eq!((search.place(), search.count()), (0, 0));
    search.apply(vec![put(gongs())], 41).unwrap();
    drop(search);
    assert_eq!(open().place(), 41);
}

/// A new index in `dir` with one document; gives its files. The hidden ones only list others.
fn indexed(dir: &Path) -> Vec<PathBuf> {
    Search::open(dir, Options::default()).unwrap().apply(vec![put(gongs())], 41).unwrap();
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| !path.file_name().unwrap().to_str().unwrap().starts_with('.')).collect()
}

#[test]
fn a_damaged_index_is_emptied() {
    let count = indexed(tempfile::tempdir().unwrap().path()).len();
    assert!(5 < count, "{count}");
    for at in 0..count {
        for lost in [false, true] {
            let dir = tempfile::tempdir().unwrap();
            let mut files = indexed(dir.path());
            files.sort_by_key(|path| path.extension().map(std::ffi::OsStr::to_owned));
            let file = &files[at];
            let mut bytes = fs::read(file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0xff;
            if file.extension().is_none_or(|ending| ending == "json") {
                bytes.truncate(middle);
            }
            fs::write(file, bytes).unwrap();
            if lost {
                fs::remove_file(file).unwrap();
            }
            let search = Search::open(dir.path(), Options::default()).unwrap();
            assert_eq!((search.place(), search.count()), (0, 0), "{}", file.display());
            search.apply(vec![put(gongs())], 41).unwrap();
            assert_eq!(found(&search, "cong"), ["gongs"]);
        }
    }
}
