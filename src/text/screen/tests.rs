use super::*;

fn screen() -> Screen {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/screening/screening.toml");
    let mut lists: Lists = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    lists.watch.words = vec!["Dự án Sao Mai".to_owned()];
    Screen::new(&lists).unwrap()
}

fn sorts(text: &str) -> Vec<Suspicion> {
    screen().scan(text).into_iter().map(|hit| hit.sort).collect()
}

#[test]
fn marks_are_found_however_they_are_written() {
    for text in [
        "MẬT",
        "TỐI MẬT",
        "T U Y Ệ T  M Ậ T",
        "M Ậ T",
        "М\u{1EAC}Т", // Cyrillic em and te
        "MA\u{323}\u{302}T",
        "TOI MAT",
        "T0I MAT",
        "Độ mật: Mật",
        "Số: 12/BC-UBND (MẬT)",
        "công văn tối mật",
        "Tài liệu này chỉ lưu hành nội bộ.",
        "TOP SECRET",
    ] {
        assert_eq!(sorts(text), [Suspicion::SecrecyMark], "{text}");
    }
}

#[test]
fn honey_and_density_are_no_secret() {
    for text in [
        "MẬT ONG RỪNG TÂY NGUYÊN",
        "mật độ dân số 135 người/km²",
        "BẢO MẬT THÔNG TIN",
        "Hoa cà phê cho mật thơm.",
        "bí mật của hang động",
        "tuyên truyền Luật Bảo vệ bí mật nhà nước",
        "SECRET GARDEN HOTEL",
        "the secret of good coffee",
    ] {
        assert_eq!(sorts(text), [], "{text}");
    }
}

#[test]
fn coordinates_matter_beside_military_words() {
    assert_eq!(sorts("Trận địa pháo ở 12.6712, 108.0387"), [Suspicion::MilitaryPlace]);
    assert_eq!(sorts("Thác Dray Nur: 12.6712, 108.0387"), []);
}

#[test]
fn watch_words_are_whole_words_in_any_case() {
    assert_eq!(sorts("về dự án sao mai năm nay"), [Suspicion::WatchWord]);
    assert_eq!(sorts("về dự án sao mait"), []);
}

#[test]
fn numbers_of_persons_are_told_from_those_of_offices() {
    for (text, sort) in [
        ("gọi chị Hoa 0912 345 678", Suspicion::Phone),
        ("tel +84 912-345-678", Suspicion::Phone),
        ("lan.nguyen@gmail.com", Suspicion::Email),
        ("CCCD số 066099001234", Suspicion::IdentityCard),
        ("CMND 240 123 456", Suspicion::IdentityCard),
        ("hộ chiếu số C1234567", Suspicion::Passport),
        ("STK 19034567890123 Techcombank", Suspicion::BankAccount),
        ("ông Y Bhăm Niê, sinh ngày 12/3/1975", Suspicion::BirthDate),
    ] {
        assert_eq!(sorts(text), [sort], "{text}");
    }
    for text in [
        "banbientap@daklak.gov.vn",
        "Tổng đài 1900 1234",
        "Quyết định 28/2020/QĐ-UBND",
        "12 345 678 lượt khách",
        "Chủ tịch Hồ Chí Minh sinh ngày 19/5/1890",
        "ISBN 978-604-0-12345-6",
    ] {
        assert_eq!(sorts(text), [], "{text}");
    }
}

#[test]
fn a_hit_says_where_it_stands() {
    let hits = screen().scan("Tiêu đề\nĐộ mật: Tối mật\nnội dung");
    let [hit] = hits.as_slice() else { panic!("{hits:?}") };
    assert_eq!((hit.paragraph, hit.excerpt.as_str()), (1, "Độ mật: Tối mật"));
    assert!(0.9 < hit.confidence);
}
