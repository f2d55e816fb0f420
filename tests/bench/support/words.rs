//! Bilingual records of words that are used as unevenly as in real texts: few of them often, most
//! of them seldom, and a long tail of names.

use serde_json::{Value, json};

const VI: &str = "của và là các trong được có người cho với những một đã này khi tỉnh xã huyện buôn \
    làng thành phố văn hóa du lịch lễ hội cồng chiêng nhà dài hồ thác cà phê sầu riêng rừng voi đất \
    đỏ bazan cao nguyên dân tộc Êđê Mnông Giarai sử thi nghệ nhân di sản bảo tồn phát triển kinh tế \
    xã hội đầu tư nông sản xuất khẩu hợp tác hữu nghị quốc tế lãnh đạo ủy ban nhân dân sở ngành báo \
    đài truyền hình hình ảnh quảng bá giới thiệu bạn bè thế giới mùa khô mùa mưa gió nắng suối sông \
    núi đèo cánh đồng lúa rẫy nương ché rượu cần bếp lửa thổ cẩm dệt khung cửi hoa văn trang phục \
    truyền thống ẩm thực món ăn gạo nếp măng le cá lăng thịt nướng cơm lam chợ phiên đường hoa dã \
    quỳ bảo tàng tượng đài chùa nhà thờ đình lịch sử kháng chiến anh hùng liệt sĩ giáo dục trường \
    học y tế bệnh viện trẻ em thanh niên phụ nữ người cao tuổi câu lạc bộ đội chiêng hội thi biểu \
    diễn sân khấu âm nhạc đàn sáo trống điệu múa xoang kể khan ngày hội đua thuyền đua voi cúng bến \
    nước mừng lúa mới bỏ mả cưới thôn tổ dân phố nông thôn mới giảm nghèo hạ tầng giao thông cao tốc \
    sân bay năng lượng điện gió mặt trời doanh nghiệp dự án khu công nghiệp vốn thị trường thương \
    hiệu chỉ dẫn địa lý tiêu hồ tiêu mật ong bơ ca cao tằm tơ cá tầm chăn nuôi thủy lợi khí hậu môi \
    trường cây xanh vườn quốc gia động vật chim thác bay khu bảo tồn ban quản lý cộng đồng trải \
    nghiệm khách tham quan lưu trú hướng dẫn viên tour tuyến mùa vàng ảnh cuộc thi triển lãm ấn phẩm \
    sách bản tin song ngữ tiếng Anh tiếng Việt đối ngoại đoàn đại sứ biên giới cửa khẩu đồn biên \
    phòng Campuchia Lào Hàn Quốc Nhật Bản thành phố kết nghĩa";
const EN: &str = "the of and in to a is for with on that by as from at are was this which it people \
    province village culture festival gong longhouse lake waterfall coffee durian forest elephant red \
    soil highland ethnic epic artisan heritage preserve development economy society investment farm \
    produce export cooperation friendship international leader committee department newspaper \
    television image promotion introduce friends world dry rainy season wind sun stream river \
    mountain pass field rice jar wine hearth fire brocade weaving loom pattern costume tradition \
    cuisine dish bamboo shoot fish grilled market road wild sunflower museum monument pagoda church \
    history resistance hero education school health hospital children youth women elder club ensemble \
    contest performance stage music zither flute drum dance storytelling race boat worship water \
    source harvest wedding hamlet rural poverty infrastructure transport expressway airport energy \
    power solar enterprise project industrial zone capital brand geographical indication pepper honey \
    avocado cocoa silk sturgeon livestock irrigation climate environment tree national park wildlife \
    bird reserve management community experience visitor stay guide route golden photo exhibition \
    publication book bulletin bilingual English Vietnamese external relations delegation ambassador \
    border gate guard Cambodia Laos Korea Japan sister city opening ceremony annual listed recognised \
    between among during before after more than year day first new old many where when their its \
    local provincial central government plan programme period result support training young";
const ONSETS: &[&str] = &[
    "b", "c", "ch", "d", "đ", "g", "h", "k", "kh", "l", "m", "n", "ng", "nh", "ph", "qu", "r", "s",
    "t", "th", "tr", "v", "x",
];
const RIMES: &[&str] = &[
    "à", "ả", "ám", "ạn", "áng", "ạo", "ây", "ấp", "ậu", "ệ", "ẻo", "ết", "ì", "ích", "iền", "iệu",
    "ò", "ọc", "ối", "ồn", "ớ", "ơi", "ợp", "ù", "úc", "uồn", "uyệt", "ừ", "ứng", "ươi", "ưởng",
    "ỳnh",
];
const PARTS: &[&str] = &[
    "ka", "ro", "lin", "ta", "ven", "mo", "dra", "sil", "ber", "no", "quin", "fa", "ul", "est",
    "ham", "gor", "pel", "ti", "wan", "zor",
];
const KINDS: &[&str] = &["article", "article", "article", "press-release", "bulletin", "event"];
const TOPICS: &[&str] = &[
    "van-hoa-dan-toc",
    "du-lich",
    "le-hoi",
    "nong-san",
    "lich-su",
    "am-thuc",
    "lang-nghe",
    "hop-tac-quoc-te",
    "kinh-te-xa-hoi",
    "bao-ton-ban-sac",
];
const PLACES: &[&str] = &["66", "66", "66", "68", "01"];

/// Numbers that look random and are the same in each run (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        let most = u64::try_from(most.max(1)).unwrap_or(1);
        usize::try_from(self.roll() % most).unwrap_or(0)
    }

    pub(crate) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let at = self.below(list.len());
        list.get(at).copied().unwrap_or_default()
    }

    /// Of the list's first words often, of its last seldom.
    fn often<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let at = self.below(list.len()) * self.below(1_000) / 1_000;
        list.get(at).copied().unwrap_or_default()
    }
}

/// Makes records.
pub(crate) struct Writer {
    dice: Dice,
    vi: Vec<&'static str>,
    en: Vec<&'static str>,
}

impl Writer {
    pub(crate) fn new(seed: u64) -> Self {
        let words = |list: &'static str| list.split_whitespace().collect();
        Self { dice: Dice::new(seed), vi: words(VI), en: words(EN) }
    }

    fn vietnamese(&mut self, count: usize) -> String {
        let mut text = String::new();
        for at in 0..count {
            text.push_str(if at == 0 { "" } else { " " });
            if self.dice.below(12) == 0 {
                text.push_str(self.dice.pick(ONSETS));
                text.push_str(self.dice.pick(RIMES));
            } else {
                text.push_str(self.dice.often(&self.vi));
            }
        }
        text
    }

    fn english(&mut self, count: usize) -> String {
        let mut text = String::new();
        for at in 0..count {
            text.push_str(if at == 0 { "" } else { " " });
            if self.dice.below(12) == 0 {
                (0..3).for_each(|_part| text.push_str(self.dice.pick(PARTS)));
            } else {
                text.push_str(self.dice.often(&self.en));
            }
        }
        text
    }

    /// A bilingual record of 2 to 3 KB that may be published.
    pub(crate) fn record(&mut self, source_id: &str) -> Value {
        let mut topics = vec![self.dice.pick(TOPICS), self.dice.pick(TOPICS)];
        topics.dedup();
        json!({
            "sourceId": source_id,
            "kind": self.dice.pick(KINDS),
            "infoClass": "image-promotion",
            "originalLang": "vi",
            "title": {"vi": self.vietnamese(9), "en": self.english(8)},
            "summary": {"vi": self.vietnamese(30), "en": self.english(25)},
            "body": {
                "vi": format!("<p>{}.</p><p>{}.</p>", self.vietnamese(60), self.vietnamese(50)),
                "en": format!("<p>{}.</p><p>{}.</p>", self.english(50), self.english(45)),
            },
            "translations": {"en": {"method": "human", "by": "Ban biên tập"}},
            "keywords": {"vi": [self.vietnamese(2)], "en": [self.english(2)]},
            "topics": topics,
            "channels": ["he-thong-du-lieu"],
            "places": [{"code": self.dice.pick(PLACES)}],
            "creators": [{"name": "Ban biên tập", "role": "author"}],
            "created": "2026-10-02",
            "rights": {
                "statement": "http://rightsstatements.org/vocab/InC/1.0/",
                "license": "https://creativecommons.org/licenses/by/4.0/",
                "holder": {"vi": "UBND tỉnh Đắk Lắk", "en": "Dak Lak Provincial People's Committee"},
                "credit": {"vi": "Báo Đắk Lắk", "en": "Dak Lak Newspaper"},
                "use": "editorial"
            },
            "clearance": {"stateSecret": false, "personalData": "none"}
        })
    }
}
