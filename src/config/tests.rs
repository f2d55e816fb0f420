use super::*;

fn env(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn with_file(text: &str) -> (tempfile::TempDir, Flags) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE), text).unwrap();
    let flags = Flags { data: Some(dir.path().to_owned()), ..Flags::default() };
    (dir, flags)
}

fn refused(file: &str) -> String {
    let (_dir, flags) = with_file(file);
    Config::load(&flags, &[]).unwrap_err().to_string()
}

#[test]
fn without_any_setting_the_defaults_hold() {
    let dir = tempfile::tempdir().unwrap();
    let flags = Flags { data: Some(dir.path().to_owned()), ..Flags::default() };
    let config = Config::load(&flags, &[]).unwrap();
    assert_eq!(config.listen.to_string(), LISTEN);
    assert_eq!(config.public_url, "http://127.0.0.1:8080");
    assert_eq!(config.service, Settings::default());
    assert_eq!((config.base_path.as_str(), config.secure_cookies), ("", false));
    assert_eq!(Own::default().data, PathBuf::from("./quangba-data"));
}

#[test]
fn every_setting_has_a_sample() {
    let shape = shape();
    for name in ["listen", "public_url", "cursor_seconds", "disk_reserve"] {
        assert!(shape.contains_key(name), "{name}");
    }
    assert!(shape["media"].as_table().unwrap().contains_key("photo_bytes"));
    assert!(shape["document"].as_table().unwrap().contains_key("title"));
}

#[test]
fn each_agency_may_have_a_quota_of_its_own() {
    let text = "[storage]\nquota = 5\n[storage.agencies]\n\"H15.16\" = 7\n\"H15.11\" = 0";
    let (_dir, flags) = with_file(text);
    let quotas = Config::load(&flags, &[]).unwrap().service.storage;
    let of = |code: &str| quotas.of(&code.parse().unwrap());
    assert_eq!([of("H15.16"), of("H15.11"), of("H15.1")], [Some(7), None, Some(5)]);
    for wrong in ["\"h15\" = 7", "\"H15.16\" = \"much\"", "\"H15.16\" = -1"] {
        assert!(
            refused(&format!("[storage.agencies]\n{wrong}")).contains("bad settings"),
            "{wrong}"
        );
    }
}

#[test]
fn flag_beats_environment_beats_file_beats_default() {
    let (_dir, flags) = with_file("listen = \"127.0.0.1:1\"\nworkers = 3\nlog = \"warn\"");
    let file = Config::load(&flags, &[]).unwrap();
    assert_eq!((file.listen.port(), file.workers, file.log.as_str()), (1, 3, "warn"));

    let variables = env(&[("QUANGBA_LISTEN", "127.0.0.1:2"), ("QUANGBA_WORKERS", "4")]);
    let over = Config::load(&flags, &variables).unwrap();
    assert_eq!((over.listen.port(), over.workers, over.log.as_str()), (2, 4, "warn"));

    let flags = Flags { listen: Some("127.0.0.1:3".parse().unwrap()), ..flags };
    assert_eq!(Config::load(&flags, &variables).unwrap().listen.port(), 3);
}

#[test]
fn the_folder_too_comes_from_flag_then_environment() {
    let (dir, _flags) = with_file("workers = 7");
    let there = dir.path().to_str().unwrap();
    let variables = env(&[("QUANGBA_DATA", there)]);
    let config = Config::load(&Flags::default(), &variables).unwrap();
    assert_eq!((config.data.as_path(), config.workers), (dir.path(), 7));
    let (other, flags) = with_file("workers = 8");
    let config = Config::load(&flags, &variables).unwrap();
    assert_eq!((config.data.as_path(), config.workers), (other.path(), 8));
}

#[test]
fn a_named_file_must_be_there_and_may_name_the_folder() {
    let (dir, _flags) = with_file("data = \"elsewhere\"");
    let named = |name: &str| Flags { config: Some(dir.path().join(name)), ..Flags::default() };
    let config = Config::load(&named(FILE), &[]).unwrap();
    assert_eq!(config.data, PathBuf::from("elsewhere"));
    assert!(matches!(Config::load(&named("no.toml"), &[]), Err(ConfigError::Read { .. })));
    // In the folder's own file it would be nonsense.
    assert!(refused("data = \"elsewhere\"").contains("unknown setting `data`"));
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    assert!(refused("lisen = \"127.0.0.1:1\"").contains("unknown setting `lisen` in "));
    assert!(refused("[media]\nphoto_byte = 1").contains("unknown setting `media.photo_byte`"));
}

#[test]
fn a_wrong_type_or_value_is_refused_by_name() {
    assert!(refused("workers = \"many\"").contains("`workers`"));
    assert!(refused("workers = 0").contains("`workers`"));
    assert!(refused("media = 3").contains("`media`"));
    assert!(refused("trusted_proxies = [\"10.0.0.0/33\"]").contains("a network is like"));
    assert!(refused("listen = \"nowhere\"").contains("socket address"));
    assert!(refused("= 1").contains("line 1"));
    let error = Config::load(&Flags::default(), &env(&[("QUANGBA_WORKERS", "many")]));
    assert!(error.unwrap_err().to_string().contains("QUANGBA_WORKERS"));
}

#[test]
fn a_variable_reaches_into_tables_and_strangers_are_only_noted() {
    let variables = env(&[
        ("QUANGBA_MEDIA_PHOTO_BYTES", "1000"),
        ("QUANGBA_DOCUMENT_TITLE", "50"),
        ("QUANGBA_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("QUANGBA_PORT", "tcp://10.0.0.1:80"),
        ("HOME", "/"),
    ]);
    let (_dir, flags) = with_file("[media]\npixels = 9");
    let config = Config::load(&flags, &variables).unwrap();
    assert_eq!((config.service.media.photo_bytes, config.service.media.pixels), (1_000, 9));
    assert_eq!(config.service.document.title, 50);
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.ignored, ["QUANGBA_PORT"]);
}

#[test]
fn the_public_address_follows_what_is_set() {
    let (_dir, flags) = with_file("public_url = \"https://tuyentruyen.example.vn/quangba/\"");
    let config = Config::load(&flags, &[]).unwrap();
    assert_eq!(config.public_url, "https://tuyentruyen.example.vn/quangba");
    assert_eq!(config.service.public_url, config.public_url);
    assert_eq!((config.base_path.as_str(), config.secure_cookies), ("/quangba", true));

    let (_dir, flags) = with_file("listen = \"0.0.0.0:0\"\nbase_path = \"/db\"");
    let config = Config::load(&flags, &[]).unwrap().bound("0.0.0.0:4321".parse().unwrap());
    assert_eq!(config.public_url, "http://127.0.0.1:4321/db");
    assert_eq!(config.service.public_url, config.public_url);

    assert!(refused("public_url = \"http://a/x\"\nbase_path = \"/y\"").contains("must end with"));
    assert!(refused("public_url = \"ftp://a\"").contains("http://"));
    assert!(refused("public_url = \"http://a/?q\"").contains('?'));
    assert!(refused("base_path = \"../x\"").contains("`base_path`"));
}

#[test]
fn a_network_holds_its_addresses_only() {
    let holds = |network: &str, address: &str| {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    };
    assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
    assert!(holds("127.0.0.1", "127.0.0.1") && !holds("127.0.0.1", "127.0.0.2"));
    assert!(holds("0.0.0.0/0", "8.8.8.8") && !holds("0.0.0.0/0", "::1"));
    assert!(holds("127.0.0.1", "::ffff:127.0.0.1"));
    assert!(holds("fd00::/8", "fdff::1") && !holds("fd00::/8", "fe00::1"));
    for bad in ["", "10.0.0.0/33", "::/129", "host", "10.0.0.0/-1"] {
        assert!(bad.parse::<Network>().is_err(), "{bad}");
    }
}
