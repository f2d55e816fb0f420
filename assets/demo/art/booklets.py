"""The two bilingual publications, set with reportlab in Noto Serif and Noto Sans (SIL Open Font Licence 1.1)."""

import io

from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

W, H = A5
MARGIN = 34
FONTS = {"Serif": "NotoSerif-Regular", "SerifB": "NotoSerif-Bold", "Sans": "NotoSans-Regular", "SansB": "NotoSans-Bold", "SansI": "NotoSans-Italic"}
NOTE = ("Ấn phẩm minh họa của dự án quangba. Nội dung và tranh: CC BY 4.0.",
        "An illustrative publication of the quangba project. Text and pictures: CC BY 4.0.")

GONGS = {
    "file": "tieng-chieng-trong-nha-dai.pdf", "cover": "cong-chieng.jpg", "ink": "#7a2f1f", "ground": "#1b1740",
    "title": ("Tiếng chiêng trong nhà dài", "The voice of gongs in the longhouse"),
    "sub": ("Sổ tay song ngữ về văn hóa buôn làng Đắk Lắk", "A bilingual booklet on village culture in Dak Lak"),
    "pages": [
        ("nha-dai-ede.jpg", ("Nhà dài", "The longhouse"),
         ("Nhà dài của người Êđê dựng trên hàng cột gỗ, mái lợp tranh, quay theo hướng bắc – nam. Theo chế độ mẫu hệ, con gái lấy chồng vẫn ở cùng nhà mẹ; thêm một cặp vợ chồng, ngôi nhà lại được nối thêm một gian.",
          "Nửa trước là gian khách (gah) với ghế kpan dài đẽo từ một thân gỗ, dàn chiêng và các ché quý. Nửa sau (ôk) chia thành buồng cho từng gia đình nhỏ."),
         ("An Ede longhouse stands on wooden posts under a thatched roof, set from north to south. The family follows the mother's line: a daughter who marries stays in her mother's house, and with each new couple the house grows by a room.",
          "The front half (gah) is for guests, with the long kpan bench cut from one trunk, the gongs and the precious jars. The rear half (ok) is divided into rooms for the single households.")),
        ("cong-chieng.jpg", ("Cồng và chiêng", "Bossed and flat gongs"),
         ("Người ta thường gọi nhạc cụ có núm ở giữa là cồng, không có núm là chiêng. Một dàn gồm nhiều chiếc to nhỏ khác nhau, mỗi người đánh một chiếc, mỗi chiếc giữ một nốt; giai điệu chỉ thành hình khi mọi người cùng lắng nghe nhau.",
          "Chiêng được coi là có hồn. Trước khi lấy chiêng xuống đánh, chủ nhà khấn xin phép; đánh xong, chiêng được lau và treo về chỗ cũ."),
         ("An instrument with a boss in the middle is usually called a cồng, one without it a chiêng. A set has many sizes; each player has one gong and each gong one note, and the melody appears only when all listen to one another.",
          "Gongs are believed to have a soul. Before they are taken down the owner asks leave in a prayer; afterwards they are wiped and hung back in their place.")),
        (None, ("Vòng đời và vòng mùa", "The round of life and of the year"),
         ("Lễ thổi tai: thầy cúng thổi vào tai trẻ sơ sinh để đứa trẻ biết nghe, biết nhớ; đó thường là lần đầu em bé nghe tiếng chiêng.",
          "Lễ cúng bến nước: sau mùa thu hoạch, cả buôn dọn nguồn nước, dâng lễ tạ ơn và gùi nước mới về nhà.",
          "Lễ mừng lúa mới: hạt lúa đầu tiên dành cho thần linh và tổ tiên, sau đó là bữa cơm chung của buôn.",
          "Lễ bỏ mả: cuộc chia tay sau cùng với người đã khuất, tiếng chiêng trầm và chậm."),
         ("The ear-blowing rite: a priest blows into the ear of the newborn so that the child may hear and remember; often these are the first gongs it hears.",
          "The worship of the water source: after the harvest the village cleans the spring, gives thanks and carries new water home.",
          "The new rice festival: the first grains are for the spirits and ancestors, then the village eats together.",
          "The leaving of the grave: the last farewell to the dead, with low and slow gongs.")),
        ("hoa-van-tho-cam.png", ("Khan và thổ cẩm", "Epics and woven cloth"),
         ("Đêm đến, già làng kể khan – những áng sử thi như Đam San – một mình vào vai mọi nhân vật. Người nghe ngồi quanh bếp lửa, câu chuyện có khi kéo dài nhiều đêm.",
          "Bên hiên nhà, phụ nữ dệt vải trên khung dệt buộc vào lưng. Nền chàm hoặc đen làm nổi những dải đỏ, vàng, trắng ở mép vải."),
         ("At night an elder tells the khan, epics such as Dam San, and takes every part himself. The listeners sit around the fire; a story may last for many nights.",
          "On the platform women weave on back-strap looms. The dark ground brings out the red, yellow and white bands along the edge.")),
        (None, ("Khi đến thăm buôn làng", "When you visit a village"),
         ("Hỏi chủ nhà trước khi chụp ảnh người, lễ nghi và khu nhà mồ.", "Lên nhà dài bằng cầu thang dành cho khách; để giày dép gọn bên dưới.",
          "Không tự ý gõ chiêng, mở ché hay chạm vào cột cúng.", "Nhận cần rượu bằng hai tay; nếu không uống, hãy nhẹ nhàng xin phép.",
          "Mua sản phẩm từ chính người làm ra và không mặc cả quá mức."),
         ("Ask before you photograph people, rites or burial grounds.", "Use the guests' staircase and leave your shoes tidily below.",
          "Do not strike gongs, open jars or touch offering poles unasked.", "Take the drinking tube with both hands; if you do not drink, say so gently.",
          "Buy from those who made the things, and bargain with measure.")),
    ],
}

LEAFLET = {
    "file": "dak-lak-dau-tu-du-lich.pdf", "cover": "ho-lak.jpg", "ink": "#1f5a63", "ground": "#2c4468",
    "title": ("Đắk Lắk: điểm đến đầu tư và du lịch", "Dak Lak: a place to invest and to visit"),
    "sub": ("Tờ gấp song ngữ – thông tin minh họa", "Bilingual leaflet – illustrative information"),
    "pages": [
        ("ca-phe.jpg", ("Đất bazan, nông sản quý", "Basalt soil, fine produce"),
         ("Cà phê, hồ tiêu, sầu riêng, bơ, mắc ca và cao su là những cây trồng quen thuộc của cao nguyên. Cà phê nhân Buôn Ma Thuột được bảo hộ chỉ dẫn địa lý từ năm 2005.",
          "Hướng ưu tiên: chế biến sâu, truy xuất nguồn gốc, nông nghiệp tuần hoàn và tiết kiệm nước."),
         ("Coffee, pepper, durian, avocado, macadamia and rubber are at home on the plateau. Buon Ma Thuot green coffee has been a protected geographical indication since 2005.",
          "What comes first: further processing, traceability, circular farming and the saving of water.")),
        ("thac-dray-nur.jpg", ("Từ thác nước đến biển xanh", "From waterfalls to the blue sea"),
         ("Hồ Lắk, thác Dray Nur, Buôn Đôn, Vườn quốc gia Yok Đôn ở phía tây; Gành Đá Đĩa, đầm, vịnh và làng chài ở phía đông. Từ ngày 01/7/2025, Đắk Lắk là tỉnh có cả cao nguyên và biển.",
          "Du lịch thân thiện với voi, nghỉ tại buôn làng và hành trình cà phê là những trải nghiệm được khuyến khích."),
         ("Lak Lake, Dray Nur, Buon Don and Yok Don National Park in the west; Ganh Da Dia, lagoons, bays and fishing hamlets in the east. Since 1 July 2025 the province has had both the plateau and the sea.",
          "Elephant-friendly travel, stays in villages and the coffee trail are the ways of travel that are encouraged.")),
        (None, ("Bắt đầu tìm hiểu đầu tư", "First steps for investors"),
         ("1. Tìm hiểu quy hoạch, danh mục dự án kêu gọi đầu tư do cơ quan có thẩm quyền công bố.", "2. Khảo sát thực địa, gặp gỡ chính quyền và cộng đồng địa phương.",
          "3. Chuẩn bị hồ sơ theo pháp luật về đầu tư, đất đai, môi trường, di sản.", "4. Nộp hồ sơ và theo dõi kết quả tại Trung tâm Phục vụ hành chính công hoặc trên cổng dịch vụ công.",
          "Kết nối: sân bay Buôn Ma Thuột và Tuy Hòa; các quốc lộ 1, 14, 26, 27, 29; đường sắt Bắc – Nam qua phía đông của tỉnh."),
         ("1. Study the plans and the list of projects published by the competent authorities.", "2. See the place and meet the local government and community.",
          "3. Prepare the file under the laws on investment, land, environment and heritage.", "4. Hand it in and follow it at the public service centre or on the public service portal.",
          "Links: Buon Ma Thuot and Tuy Hoa airports; National Highways 1, 14, 26, 27 and 29; the North–South railway in the east of the province.")),
    ],
}


def picture(path, box):
    """The picture cut to the shape of the box and small enough for print on half a page, as a JPEG reader."""
    x, y, w, h = box
    image = Image.open(path).convert("RGB")
    iw, ih = image.size
    if iw * h < ih * w:
        cut = round((ih - iw * h / w) / 2)
        image = image.crop((0, cut, iw, ih - cut))
    else:
        cut = round((iw - ih * w / h) / 2)
        image = image.crop((cut, 0, iw - cut, ih))
    out = io.BytesIO()
    image.resize((round(w * 2.3), round(h * 2.3)), Image.Resampling.LANCZOS).save(out, "JPEG", quality=80, optimize=True)
    out.seek(0)
    return ImageReader(out)


def put(pdf, text, font, size, colour, x, y, width, lead=1.42):
    """Sets a paragraph with its top at y and answers where the next one starts."""
    style = ParagraphStyle("p", fontName=font, fontSize=size, leading=size * lead, textColor=HexColor(colour))
    paragraph = Paragraph(text, style)
    _, height = paragraph.wrap(width, H)
    paragraph.drawOn(pdf, x, y - height)
    return y - height


def cover(pdf, work, pictures):
    """The drawn cover with the title in both languages."""
    pdf.setFillColor(HexColor(work["ground"]))
    pdf.rect(0, 0, W, H, stroke=0, fill=1)
    box = (0, H * 0.36, W, H * 0.64)
    pdf.drawImage(picture(pictures / work["cover"], box), *box)
    pdf.setFillColor(HexColor("#e3a93a"))
    pdf.rect(0, H * 0.36 - 5, W, 5, stroke=0, fill=1)
    y = put(pdf, work["title"][0].replace(": ", ":<br/>"), "SerifB", 21, "#ffffff", MARGIN, H * 0.36 - 26, W - 2 * MARGIN, 1.3)
    y = put(pdf, work["title"][1], "Serif", 14, "#f2e8d2", MARGIN, y - 6, W - 2 * MARGIN, 1.3)
    y = put(pdf, work["sub"][0], "Sans", 9.5, "#e8d9b8", MARGIN, y - 14, W - 2 * MARGIN)
    put(pdf, work["sub"][1], "SansI", 9.5, "#e8d9b8", MARGIN, y - 1, W - 2 * MARGIN)
    pdf.showPage()


def page(pdf, work, number, content, pictures):
    """One inner page: picture or coloured band, then Vietnamese above English."""
    image, heads, vietnamese, english = content
    pdf.setFillColor(HexColor("#fbf7ee"))
    pdf.rect(0, 0, W, H, stroke=0, fill=1)
    top = H - 16
    if image:
        box = (0, H - 236, W, 236)
        pdf.drawImage(picture(pictures / image, box), *box)
        top = H - 236
    pdf.setFillColor(HexColor(work["ink"]))
    pdf.rect(0, top - 4 if image else top, W, 4 if image else 16, stroke=0, fill=1)
    size = 10.2 if image else 11.6
    y, width = top - (16 if image else 34), W - 2 * MARGIN
    if not image:
        diamonds(pdf, 52, 4, work["ink"])
    for head, font, texts, body, colour in ((heads[0], "SerifB", vietnamese, "Sans", "#2a2320"), (heads[1], "Serif", english, "Sans", "#4a4440")):
        y = put(pdf, head, font, 16, work["ink"], MARGIN, y, width, 1.3) - 4
        for text in texts:
            y = put(pdf, text, body, size, colour, MARGIN, y, width) - (4 if image else 7)
        y -= 8 if image else 18
    if y < 34:
        raise SystemExit(f"{work['file']}: page {number} is too full by {34 - y:.0f} points")
    pdf.setFont("Sans", 8)
    pdf.setFillColor(HexColor(work["ink"]))
    pdf.drawCentredString(W / 2, 20, str(number))
    pdf.showPage()


def diamonds(pdf, y, r, colour):
    """A row of small diamonds across the page."""
    pdf.setFillColor(HexColor(colour))
    for k in range(15):
        x = MARGIN + k * (W - 2 * MARGIN) / 14
        path = pdf.beginPath()
        path.moveTo(x - r, y)
        for px, py in ((x, y + r), (x + r, y), (x, y - r), (x - r, y)):
            path.lineTo(px, py)
        pdf.drawPath(path, stroke=0, fill=1)


def back(pdf, work):
    """The last page: who made it, licence, fonts."""
    pdf.setFillColor(HexColor(work["ground"]))
    pdf.rect(0, 0, W, H, stroke=0, fill=1)
    diamonds(pdf, H * 0.72, 7, "#e3a93a")
    diamonds(pdf, H * 0.2, 7, "#e3a93a")
    y = H * 0.62
    for vi, en in ((work["title"]), NOTE,
                   ("Mọi thông tin nhằm mục đích giới thiệu, không thay thế tài liệu chính thức của cơ quan nhà nước.",
                    "All information is given as an introduction and does not replace official documents."),
                   ("Phông chữ: Noto Serif, Noto Sans (giấy phép SIL OFL 1.1). Tranh vẽ bằng chương trình.",
                    "Typefaces: Noto Serif, Noto Sans (SIL OFL 1.1). Pictures drawn by a program.")):
        y = put(pdf, vi, "SansB", 9.5, "#ffffff", MARGIN, y, W - 2 * MARGIN)
        y = put(pdf, en, "SansI", 9.5, "#e8d9b8", MARGIN, y - 1, W - 2 * MARGIN) - 12
    pdf.showPage()


def make(here, fonts):
    """Sets both publications."""
    for name, file in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, str(fonts / f"{file}.ttf")))
    for work in (GONGS, LEAFLET):
        path = here / "publications" / work["file"]
        pdf = Canvas(str(path), pagesize=A5, invariant=1, pageCompression=1, initialFontName="Sans", lang="vi")
        pdf.setTitle(" / ".join(work["title"]))
        pdf.setAuthor("Dự án quangba")
        pdf.setSubject(" / ".join(work["sub"]))
        pdf.setCreator("quangba assets/demo/make.py")
        cover(pdf, work, here / "pictures")
        for number, content in enumerate(work["pages"], 2):
            page(pdf, work, number, content, here / "pictures")
        back(pdf, work)
        pdf.save()
        print(work["file"], path.stat().st_size)
