# Giao diện tiếng Việt. Mỗi dòng một câu; $tên là chỗ chương trình điền vào.

## Khung trang

site-name = Cơ sở dữ liệu thông tin quảng bá hình ảnh tỉnh { $province }
site-kicker = Cơ sở dữ liệu thông tin quảng bá hình ảnh
site-province = Tỉnh { $province }
skip = Đến nội dung chính
nav-label = Điều hướng chính
nav-home = Trang chủ
nav-search = Tìm kiếm
nav-api = Tài liệu API
language-choice = Ngôn ngữ trang
search-label = Tìm trong cơ sở dữ liệu
search-hint = Ví dụ: cồng chiêng, cà phê, lễ hội
search-button = Tìm kiếm
footer-managed = Cơ quan chủ trì quản lý: { $agency }
footer-official = Nguồn thông tin chính thức về quảng bá hình ảnh của tỉnh { $province }.
footer-licence = Báo chí trong nước và nước ngoài được sử dụng tư liệu theo điều kiện ghi tại trang của từng tư liệu; khi sử dụng đề nghị ghi rõ nguồn.

## Trang chủ

home-heading = Hình ảnh { $province } với bạn bè trong nước và quốc tế
home-description = Tư liệu chính thức bằng nhiều ngôn ngữ về đất nước, con người, văn hóa và tiềm năng phát triển của tỉnh { $province }, dành cho báo chí, đối tác và người Việt Nam ở nước ngoài.
home-latest = Mới công bố
home-topics = Lĩnh vực
home-kinds = Loại tư liệu
home-all = Xem tất cả tư liệu
home-empty = Chưa có tư liệu nào được công bố.
records-count = { $count } tư liệu

## Tìm kiếm

search-title = Tìm kiếm tư liệu
search-title-for = Tìm “{ $query }”
search-found = Tìm thấy { $count } tư liệu
search-took = trong { $count } mili giây
found-on-page = Tìm thấy ở trang { $page }:
search-results = Kết quả tìm kiếm
search-filters = Thu hẹp kết quả
search-filters-jump = Thu hẹp kết quả
search-chosen = Đang lọc theo
search-clear = Bỏ tất cả bộ lọc
filter-remove = bỏ bộ lọc này
filter-chosen = đang chọn
filter-more = Xem thêm
filter-kind = Loại tư liệu
filter-topic = Lĩnh vực
filter-place = Địa danh
filter-agency = Đơn vị cung cấp
filter-year = Năm công bố
filter-language = Ngôn ngữ
search-empty = Không tìm thấy tư liệu phù hợp
search-empty-spelling = Kiểm tra lại chính tả; có thể gõ tiếng Việt không dấu.
search-empty-shorter = Dùng ít từ hơn hoặc từ có nghĩa rộng hơn.
search-empty-language = Thử tìm bằng ngôn ngữ khác, ví dụ tiếng Anh.
search-empty-filters = Bỏ bớt bộ lọc đang chọn.
pages-label = Các trang kết quả
page-prev = Trang trước
page-next = Trang sau
page-position = Trang { $pages }

## Trang tư liệu

breadcrumb = Vị trí trang
record-langs = Đọc bằng
record-facts = Thông tin tư liệu
record-corrections = Đính chính
record-rights = Quyền và điều kiện sử dụng
record-gallery = Hình ảnh
record-documents = Tệp tải về
record-cite = Trích dẫn nguồn
record-cite-hint = Chép nguyên dòng này khi dẫn nguồn.
record-kit = Tải bộ tư liệu báo chí
record-permalink = Liên kết cố định
record-json = Dữ liệu của tư liệu (JSON)
published-on = Công bố ngày { $date }
fallback-missing = Nội dung này chưa có bằng { $lang }.
fallback-shown = Trang đang hiển thị bản { $lang }.
translated-machine = Bản dịch máy, chưa được hiệu đính; nội dung chính thức là bản gốc.
translated-edited = Bản dịch máy đã được người hiệu đính.
download = Tải về
credit-label = Nguồn:
pages-count = { $count } trang
fact-topics = Lĩnh vực
fact-places = Địa danh
fact-keywords = Từ khóa
fact-created = Thời điểm sáng tác
fact-published = Ngày công bố
fact-updated = Ngày cập nhật
fact-version = Phiên bản
fact-id = Mã tư liệu
role-author = Tác giả
role-photographer = Người chụp ảnh
role-translator = Người dịch
role-editor = Biên tập
rights-credit = Ghi nguồn
rights-holder = Chủ sở hữu quyền
rights-statement = Tình trạng bản quyền
rights-licence = Giấy phép
rights-use = Phạm vi sử dụng
rights-expires = Được sử dụng đến trước ngày
use-editorial = Được sử dụng cho mục đích thông tin, báo chí trên mọi phương tiện; được cắt cúp ảnh và dịch chú thích.
use-commercial = Được sử dụng cho mọi mục đích, kể cả thương mại, theo giấy phép kèm theo.
use-internal = Chỉ dùng nội bộ.

## Thông báo

gone-heading = Tư liệu đã được gỡ bỏ
gone-when = Tư liệu này đã được gỡ khỏi cơ sở dữ liệu ngày { $date }.
gone-id = Mã tư liệu: { $id }
gone-advice = Nếu đã đăng lại hoặc lưu giữ tư liệu này, đề nghị cơ quan, đơn vị và cá nhân ngừng sử dụng.
gone-replaced = Xem tư liệu thay thế
missing-heading = Không tìm thấy trang
missing-advice = Địa chỉ có thể đã được gõ sai, hoặc trang không còn ở đây. Hãy thử tìm theo từ khóa.
busy-heading = Hệ thống đang bận
refused-heading = Yêu cầu chưa thực hiện được
failed-heading = Hệ thống gặp sự cố
failed-incident = Mã sự cố: { $incident }
failed-advice = Vui lòng thử lại sau ít phút. Nếu lỗi vẫn còn, đề nghị liên hệ cơ quan chủ trì quản lý.
