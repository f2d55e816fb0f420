"""Scenes of Lâm Đồng, Bắc Kạn and Thái Nguyên, and a woven pattern."""

from .kit import H, W, Canvas, math, mix, random, spline


def langbiang():
    c = Canvas(21, [(0, "#6fa8cf"), (0.4, "#bcdbe4"), (0.62, "#f7e7d0"), (1, "#f7e7d0")])
    c.clouds(190, 8, "#ffffff", 0.6, 1.3)
    far = spline([(-20, 560), (240, 500), (430, 410), (560, 300), (640, 262), (720, 300), (830, 420), (930, 440), (1040, 350), (1130, 290), (1200, 330), (1330, 460), (1480, 520), (1630, 560)])
    c.shape(far + [(1630, H), (-20, H)], [(0, "#5d86a3"), (0.5, "#8fb3b8"), (1, "#b5cdbf")])
    c.shape(spline([(640, 262), (720, 300), (830, 420), (800, 500), (720, 560), (690, 420), (655, 330)]), "#45708f", alpha=0.35)
    c.shape(spline([(1130, 290), (1200, 330), (1330, 460), (1290, 540), (1200, 560), (1180, 420), (1145, 340)]), "#45708f", alpha=0.35)
    c.mist(440, 640, "#fdf3e3", 0.75)
    for i, (y, h, tone) in enumerate(((640, 90, "#86ab94"), (700, 80, "#5d8f78"), (770, 70, "#3f7660"))):
        line = c.ridge(y, h, 0.5, tone, 50 + i)
        for k in range(70 - 16 * i):
            x, yy = line[c.rnd.randrange(len(line))]
            c.tree(x, yy + 14, (70 + 46 * i) * c.rnd.uniform(0.7, 1.2), mix(tone, "#1f4a3a", 0.35), "#4a3a2c", "pine")
        c.mist(y - 30, y + 110, "#f3efe0", 0.3)
    c.ridge(900, 70, 0.4, [(0, "#9fb763"), (1, "#5f8a46")], 61)
    for k in range(340):
        x, y = c.rnd.uniform(0, W), c.rnd.uniform(900, H)
        r = 2 + (y - 900) / 45
        c.line([(x, y), (x + 1, y + r * 4)], 1.6, "#4d7a3c")
        c.oval(x, y, r, r * 0.8, c.rnd.choice(("#ef8fb0", "#f7d46a", "#ffffff", "#c58ad6", "#f2a65e")))
    for x, h in ((110, 640), (235, 520), (1395, 560), (1520, 700), (1290, 400), (20, 480)):
        c.tree(x, 960 + h * 0.06, h, "#1f5544", "#5b3d2a", "pine")
    c.birds(900, 200, 6, "#4a6a80")
    return c.done()


def bloom(c, x, y, r, hue):
    """A round head of small four-petalled flowers (hydrangea)."""
    c.oval(x + 4, y + r * 0.25, r, r * 0.85, "#1d3a2a", alpha=0.3, blur=8)
    c.oval(x, y, r, r * 0.9, mix(hue, "#1f2f5f", 0.25))
    n = 46
    for k in range(n):
        d, a = math.sqrt((n - k) / n), k * 2.39996
        u, v, q = x + math.cos(a) * d * r * 0.92, y + math.sin(a) * d * r * 0.8, r * 0.14
        tone = mix(mix(hue, "#203070", 0.2), mix(hue, "#ffffff", 0.55), min(max(0.62 - math.sin(a) * d * 0.5 + c.rnd.uniform(-0.15, 0.15), 0), 1))
        for p in range(4):
            b = p * math.pi / 2 + k
            c.oval(u + math.cos(b) * q * 0.8, v + math.sin(b) * q * 0.8, q * 0.72, q * 0.72, tone)
        c.oval(u, v, q * 0.22, q * 0.22, "#fff8d8")


def dalat_flowers():
    c = Canvas(22, [(0, "#8cc3e0"), (0.4, "#dceef0"), (0.55, "#fdeedc"), (1, "#fdeedc")])
    c.clouds(130, 6, "#ffffff", 0.8, 1.2)
    c.ridge(390, 120, 0.5, "#a9c9cf", 71)
    line = c.ridge(440, 90, 0.5, "#7fae9a", 73)
    for k in range(80):
        x, y = c.rnd.choice(line)
        c.tree(x, y + 12, c.rnd.uniform(40, 80), "#4f8a72", "#4a3a2c", "pine")
    c.mist(380, 520, "#fff6e8", 0.5)
    c.shape([(0, 480), (W, 450), (W, H), (0, H)], [(0, "#8fbb6f"), (1, "#5f9a55")])
    for x, y, s in ((1080, 500, 1.0), (1240, 485, 0.85), (1390, 478, 0.75)):  # glasshouses
        c.shape([(x, y), (x + 20 * s, y - 44 * s), (x + 75 * s, y - 66 * s), (x + 130 * s, y - 44 * s), (x + 150 * s, y)], [(0, "#f7fbfb"), (1, "#cfe3e6")])
        for k in range(1, 5):
            c.line([(x + 30 * s * k, y), (x + 30 * s * k, y - 50 * s)], 1.5, "#a9c3c9")
    for x, y, s, wall, roof in ((300, 505, 1.0, "#f6ead2", "#b5533c"), (460, 498, 0.8, "#eddcc3", "#8f4a3c")):
        c.rect(x, y - 56 * s, x + 96 * s, y, wall)
        c.shape([(x - 14 * s, y - 54 * s), (x + 48 * s, y - 108 * s), (x + 110 * s, y - 54 * s)], roof)
        c.rect(x + 38 * s, y - 34 * s, x + 58 * s, y, "#6b4a38")
        c.rect(x + 74 * s, y - 98 * s, x + 84 * s, y - 74 * s, "#7d4a3c")
    tones = ("#e96a8d", "#f4c542", "#b06ac9", "#ffffff", "#ee7d3c", "#d93f5c", "#8f7be0")
    for k in range(9):  # rows of flowers towards the viewer
        y0, y1 = 500 + 22 * k + k * k * 2.2, 500 + 22 * (k + 1) + (k + 1) ** 2 * 2.2
        hue = tones[k % 7]
        c.shape(spline([(-20, y0 + 14), (500, y0), (1000, y0 + 8), (W + 20, y0 - 10)]) + spline([(W + 20, y1 - 14), (1000, y1), (500, y1 - 6), (-20, y1 + 10)]), mix(hue, "#3f7a45", 0.55))
        for j in range(420):
            x, y, r = c.rnd.uniform(0, W), c.rnd.uniform(y0 + 4, y1 - 6), 2.2 + k * 0.85
            c.oval(x, y, r, r * 0.75, mix(hue, "#ffffff" if j % 3 else "#7a1f4a", c.rnd.uniform(0, 0.3)))
    for k in range(70):
        c.leaf(c.rnd.uniform(-40, W), c.rnd.uniform(960, H + 30), c.rnd.uniform(100, 170), 70, c.rnd.uniform(-150, -30), mix("#1f5f3d", "#4f9a55", c.rnd.random()), "#9fcf8f")
    for x, y, r, hue in ((90, 960, 120, "#7f8fe6"), (330, 1010, 105, "#c58ae0"), (560, 1030, 92, "#8fa8f0"), (1010, 1035, 96, "#e79ac4"), (1260, 1000, 112, "#8a8fe8"), (1500, 950, 128, "#b58ae6"), (790, 1055, 80, "#a5b5f5")):
        bloom(c, x, y, r, hue)
    return c.done()


def tea_rows(c, y0, y1, seed, bright, dark, bend, crop=1.0):
    """Clipped tea bushes in rows that follow the hill."""
    rnd = random.Random(seed)
    n = 11
    for k in range(n):
        t0, t1 = (k / n) ** 1.35, ((k + 1) / n) ** 1.35
        ya, yb = y0 + (y1 - y0) * t0, y0 + (y1 - y0) * t1
        thick = yb - ya
        path = [(x, ya + bend * math.sin((x / W + seed * 0.13) * math.pi * 1.2) * (1 - t0 * 0.5)) for x in range(-40, W + 81, 40)]
        c.shape(spline(path, steps=4) + [(W + 80, yb + abs(bend) + 60), (-40, yb + abs(bend) + 60)], mix(dark, "#0f2a1c", 0.2))
        top = [(x, y + rnd.uniform(-1, 1) * thick * 0.08) for x, y in path]
        c.shape(spline(top, steps=4) + spline([(x, y + thick * 0.74) for x, y in path], steps=4)[::-1], [(0, bright), (1, dark)])
        c.shape(spline(top, steps=4) + spline([(x, y + thick * 0.24) for x, y in path], steps=4)[::-1], mix(bright, "#f3f7b8", 0.3))
        for j in range(int(150 * crop)):
            x = rnd.uniform(0, W)
            y = ya + bend * math.sin((x / W + seed * 0.13) * math.pi * 1.2) * (1 - t0 * 0.5) + rnd.uniform(0, 0.6) * thick
            s = 3 + thick * 0.16
            c.leaf(x, y, s, s * 0.45, rnd.uniform(-140, -40), mix(bright, "#f7f9c0" if j % 2 else dark, rnd.uniform(0.1, 0.6)))


def picker(c, x, y, s, blouse):
    """A tea picker among the bushes, seen to the waist."""
    c.blob([(x - s * 0.2, y), (x - s * 0.24, y - s * 0.34), (x, y - s * 0.56), (x + s * 0.24, y - s * 0.34), (x + s * 0.2, y)], [(0, blouse), (1, mix(blouse, "#000000", 0.3))])
    c.blob([(x + s * 0.08, y - s * 0.42), (x + s * 0.34, y - s * 0.44), (x + s * 0.3, y - s * 0.04), (x + s * 0.12, y - s * 0.04)], [(0, "#d8b06a"), (1, "#93683a")])
    for k in range(3):
        c.line([(x + s * 0.1, y - s * (0.34 - 0.1 * k)), (x + s * 0.32, y - s * (0.34 - 0.1 * k))], 2, "#7a5430")
    c.oval(x - s * 0.02, y - s * 0.6, s * 0.11, s * 0.13, "#d9a67c")
    c.shape([(x - s * 0.34, y - s * 0.6), (x - s * 0.02, y - s * 0.9), (x + s * 0.3, y - s * 0.6), (x, y - s * 0.56)], [(0, "#f7e6b8"), (1, "#cfae72")])
    for k in range(46):  # the bush hides the rest
        c.leaf(x + c.rnd.uniform(-0.36, 0.4) * s, y + s * 0.06, s * 0.2, s * 0.08, c.rnd.uniform(-150, -30), mix("#3f8a45", "#a5cf5a", c.rnd.random()))


def cau_dat_tea():
    c = Canvas(23, [(0, "#86b6cf"), (0.4, "#f2e4c4"), (1, "#f7ddb0")])
    c.glow(1180, 330, 520, "#fff6d0", 0.9)
    c.oval(1180, 330, 52, 52, "#fffbe8")
    c.ridge(430, 120, 0.5, "#a5bcc0", 81)
    c.ridge(470, 90, 0.5, "#7fa39a", 83)
    c.mist(390, 520, "#fff3d8", 0.7)
    for x, h in ((1290, 300), (1420, 380), (1530, 330)):  # wind turbines on the ridge
        c.taper([(x, 470), (x, 470 - h * 0.45), (x, 470 - h * 0.8)], 7, 3, "#f7fafa")
        for a in (90, 210, 330):
            b = math.radians(a + h)
            c.taper([(x, 470 - h * 0.8), (x + math.cos(b) * h * 0.17, 470 - h * 0.8 + math.sin(b) * h * 0.17), (x + math.cos(b) * h * 0.34, 470 - h * 0.8 + math.sin(b) * h * 0.34)], 7, 1.5, "#ffffff")
    c.ridge(520, 60, 0.4, "#6a9a62", 85)
    tea_rows(c, 500, 690, 2, "#9cc35a", "#4f8a45", 40, 0.3)
    c.mist(520, 720, "#fff3d8", 0.5)
    tea_rows(c, 640, 1080, 5, "#86b84a", "#2f6f3c", -60, 0.6)
    picker(c, 520, 800, 190, "#7d2f4a")
    picker(c, 930, 745, 130, "#2f4f7d")
    return c.done(dither=False)


def tan_cuong_tea():
    c = Canvas(24, [(0, "#bfe0e6"), (0.45, "#eef3dc"), (1, "#dfeec0")])
    c.clouds(120, 5, "#ffffff", 0.8)
    for i, (x, y, r, h) in enumerate(((180, 520, 330, 190), (620, 540, 380, 150), (1080, 520, 360, 210), (1500, 540, 330, 170))):
        c.oval(x, y, r, h, [(0, "#a5cdb5"), (1, "#cfe3bd")])
    c.mist(420, 560, "#fbfdec", 0.6)
    tea_rows(c, 480, 640, 9, "#b9d66a", "#6fa04c", 50, 0.3)
    for x, h in ((140, 260), (215, 330), (1320, 300), (1420, 240), (1500, 350)):
        c.tree(x, 590, h, "#4f8f5a", "#6a5a45", "palm")
    c.rect(1180, 500, 1290, 560, "#efe0c0")
    c.shape([(1160, 505), (1235, 452), (1310, 505)], "#a5543c")
    tea_rows(c, 590, 900, 3, "#98c552", "#3d8044", -50)
    c.shape([(0, 960), (W, 930), (W, H), (0, H)], [(0, "#4f9a4c"), (1, "#2a6638")])
    tea_rows(c, 800, 1120, 7, "#86b946", "#2c6e3a", 60)
    picker(c, 430, 880, 210, "#1f3f6d")
    picker(c, 1090, 830, 150, "#27476a")
    for x, y, turn, size in ((1240, 1090, -112, 310), (1240, 1090, -62, 300), (1240, 1090, -88, 200)):
        c.leaf(x, y, size, size * 0.34, turn, "#b5dc5f" if size < 250 else "#6fb04a", "#e3f3b0")
    return c.done()


def ba_be():
    c = Canvas(25, [(0, "#9ccbd6"), (0.35, "#d9ebdf"), (0.55, "#f4f0d4"), (1, "#f4f0d4")])
    c.clouds(150, 5, "#ffffff", 0.7, 1.2)
    rnd = random.Random(8)
    for tone, base, n, size in (("#b3d0c8", 560, 8, 1.0), ("#86b5a2", 585, 7, 1.05), ("#55917a", 610, 6, 1.0)):
        for k in range(n):  # limestone hills
            x, w, h = (k + rnd.uniform(0.1, 0.8)) * W / n, rnd.uniform(120, 200) * size, rnd.uniform(170, 330) * size
            c.shape(spline([(x - w, base), (x - w * 0.74, base - h * 0.5), (x - w * 0.42, base - h * 0.86), (x - w * 0.05, base - h), (x + w * 0.34, base - h * 0.84), (x + w * 0.68, base - h * 0.42), (x + w, base)]),
                    [(0, mix(tone, "#2f5f4f", 0.2)), (1, tone)])
            for j in range(7):
                u, v = x + rnd.uniform(-0.4, 0.4) * w, base - h * rnd.uniform(0.2, 0.74)
                c.taper([(u, v), (u + 3, v + 22), (u - 2, v + rnd.uniform(34, 60))], 7, 2, mix(tone, "#f7f5e6", 0.4))
        c.mist(base - 150, base + 10, "#f7f6e4", 0.45)
    c.rect(0, 604, W, 625, "#3f7a5f")
    for k in range(70):
        c.tree(c.rnd.uniform(0, W), 622, c.rnd.uniform(30, 64), mix("#2f6a4a", "#6fa35f", c.rnd.random()))
    c.water(622, [(0, "#bfe0cf"), (0.4, "#4f9f8f"), (1, "#14575a")], 0.45)
    c.oval(1130, 668, 190, 15, "#1d4a42", alpha=0.5, blur=6)
    c.blob([(960, 668), (1010, 640), (1130, 626), (1260, 642), (1305, 668), (1130, 680)], "#55704f")
    for k in range(12):
        c.tree(1000 + 24 * k, 652 + (k % 3) * 6, c.rnd.uniform(60, 120), mix("#2a6645", "#5f9f55", c.rnd.random()))
    c.glints(640, 1040, 150, "#e9fff5", 0.35)
    canoe_with_roof(c, 560, 830, 430)
    canoe_with_roof(c, 1350, 735, 170)
    for k in range(9):
        c.leaf(-20, 40 + 24 * k, c.rnd.uniform(220, 420), 66, c.rnd.uniform(-5, 60), mix("#1d5a42", "#4a9455", c.rnd.random()), "#9fcf95")
    return c.done()


def canoe_with_roof(c, x, y, w):
    """A slender boat of Ba Bể: one rower standing at the stern."""
    c.oval(x, y + w * 0.05, w * 0.56, w * 0.03, "#06302f", alpha=0.4, blur=5)
    c.shape(spline([(x - w * 0.55, y - w * 0.08), (x - w * 0.34, y + w * 0.015), (x, y + w * 0.035), (x + w * 0.34, y + w * 0.015), (x + w * 0.56, y - w * 0.08)])
            + spline([(x + w * 0.5, y - w * 0.05), (x, y - w * 0.012), (x - w * 0.5, y - w * 0.05)]), [(0, "#7a5236"), (1, "#3a261c")])
    for k, blouse in ((-0.22, "#26355f"), (-0.05, "#26355f"), (0.12, "#2f3f6a")):
        px = x + w * k
        c.blob([(px - w * 0.035, y), (px - w * 0.04, y - w * 0.08), (px, y - w * 0.115), (px + w * 0.04, y - w * 0.08), (px + w * 0.035, y)], blouse)
        c.oval(px, y - w * 0.128, w * 0.022, w * 0.026, "#d9a67c")
        c.shape([(px - w * 0.05, y - w * 0.14), (px, y - w * 0.185), (px + w * 0.05, y - w * 0.14)], "#ecd6a0")
    px = x + w * 0.36
    c.blob([(px - w * 0.035, y - w * 0.01), (px - w * 0.045, y - w * 0.2), (px, y - w * 0.245), (px + w * 0.04, y - w * 0.2), (px + w * 0.035, y - w * 0.01)], "#1c2848")
    c.oval(px, y - w * 0.26, w * 0.023, w * 0.027, "#d9a67c")
    c.shape([(px - w * 0.055, y - w * 0.272), (px, y - w * 0.32), (px + w * 0.055, y - w * 0.272)], "#ecd6a0")
    c.line([(px - w * 0.02, y - w * 0.2), (px + w * 0.13, y + w * 0.09)], max(w * 0.011, 2), "#5d4029")


def stilt_house():
    c = Canvas(26, [(0, "#8fc4dc"), (0.45, "#e6f0e0"), (1, "#f3eccb")])
    c.clouds(120, 6, "#ffffff", 0.75, 1.1)
    c.ridge(430, 200, 0.5, "#9dc2b8", 91)
    c.ridge(500, 150, 0.5, "#6fa48a", 93)
    c.mist(420, 560, "#fbf8e6", 0.5)
    for k in range(7):  # rice terraces
        y = 530 + k * 26 + k * k * 3
        c.shape(spline([(-20, y + 20), (360, y - 12), (760, y + 12), (1180, y - 8), (W + 20, y + 14)]) + [(W + 20, H), (-20, H)],
                [(0, mix("#d9d26a", "#8fbf5a", k / 6)), (1, mix("#b9c25a", "#5f9a4a", k / 6))])
        c.line(spline([(-20, y + 20), (360, y - 12), (760, y + 12), (1180, y - 8), (W + 20, y + 14)]), 4, mix("#8a8f3f", "#4a7a38", k / 6))
    for x, h in ((110, 420), (230, 330), (1470, 440), (1370, 320)):
        c.tree(x, 800, h, "#3f8a52", "#7a6a50", "palm")
    c.shape([(0, 800), (W, 790), (W, H), (0, H)], [(0, "#b79a68"), (0.4, "#a3855a"), (1, "#7a6f45")])
    c.oval(800, 925, 540, 30, "#3f2f1d", alpha=0.5, blur=10)
    for k in range(6):
        x = 400 + k * 160
        c.rect(x - 14, 690, x + 14, 915, [(0, "#5a3d28"), (1, "#7a5436")])
        c.oval(x, 917, 26, 10, "#8f8a80")
    c.rect(430, 780, 660, 880, "#6b4a33", alpha=0.45)
    for k in range(5):
        c.line([(450, 800 + k * 18), (640, 800 + k * 18)], 6, "#8b6238")
    c.rect(340, 690, 1262, 718, [(0, "#8b5d38"), (1, "#5d3b25")])
    c.rect(362, 520, 1240, 692, [(0, "#7d5232"), (1, "#b07c4a")])
    for k in range(60):
        c.line([(362 + k * 14.9, 522), (362 + k * 14.9, 690)], 1.6, "#6a4429")
    for x in (452, 632, 812, 992, 1132):
        c.rect(x, 566, x + 74, 656, "#3a261c")
        for j in range(1, 4):
            c.line([(x + j * 18.5, 568), (x + j * 18.5, 655)], 4, "#a87346")
        c.rect(x - 4, 656, x + 78, 664, "#5d3b25")
    roof = [(0, "#8a6a52"), (0.6, "#6d5040"), (1, "#53392d")]
    c.shape([(470, 300), (1130, 300), (1330, 545), (270, 545)], roof)
    for k in range(13):
        y = 318 + k * 18
        half = 330 + (y - 300) * 0.816
        c.line([(800 - half, y), (800 + half, y)], 2.4, "#4a3228")
        for j in range(int(half / 13)):
            x = 800 - half + j * 26 + (k % 2) * 13
            c.line([(x, y), (x, y + 16)], 1.4, "#553a2e")
    c.line([(462, 298), (1138, 298)], 14, "#4a3228")
    c.shape([(470, 300), (430, 268), (500, 296)], "#4a3228")
    c.shape([(1130, 300), (1170, 268), (1100, 296)], "#4a3228")
    c.shape([(1090, 700), (1190, 700), (1262, 930), (1140, 930)], [(0, "#8b5d38"), (1, "#5d3b25")])
    for k in range(9):
        c.line([(1096 + k * 5.2, 716 + k * 24.5), (1192 + k * 8, 716 + k * 24.5)], 9, "#c08a54")
    c.rect(1104, 600, 1196, 692, "#2e1d16")
    for k in range(4):
        c.taper([(300 - 40 * k, 1010 + 10 * k), (292 - 40 * k, 960), (310 - 40 * k, 900 + 8 * k)], 5, 2, "#4f8a45")
    for k in range(140):
        x, y = c.rnd.uniform(0, W), c.rnd.uniform(985, H + 10)
        c.taper([(x, y), (x + 3, y - 18), (x + c.rnd.uniform(-12, 12), y - c.rnd.uniform(26, 56))], 6, 1, mix("#4f7a3c", "#b5c96a", c.rnd.random()))
    for x, y in ((980, 985), (1050, 1000)):
        c.oval(x, y, 20, 13, "#f3efe4"), c.oval(x + 18, y - 13, 7, 8, "#f3efe4")
        c.shape([(x + 24, y - 14), (x + 34, y - 11), (x + 24, y - 9)], "#e39a3c")
    return c.done()


def dan_tinh():
    c = Canvas(27, [(0, "#1f2d4f"), (0.6, "#2f3f66"), (1, "#263352")])
    c.glow(1050, 500, 900, "#c98a4a", 0.5)
    for k in range(7):  # a woven hanging
        x = 40 + k * 60
        for j in range(24):
            y = 20 + j * 46
            hue = ("#d9b25a", "#b83a3a", "#3f8a7a", "#e8dcc0")[(k + j) % 4]
            c.shape([(x, y - 22), (x + 28, y), (x, y + 22), (x - 28, y)], mix(hue, "#263352", 0.45))
            c.shape([(x, y - 10), (x + 13, y), (x, y + 10), (x - 13, y)], mix("#f3e6c0", "#263352", 0.35))
    c.shape([(0, 900), (W, 880), (W, H), (0, H)], [(0, "#6b4630"), (1, "#3a2419")])
    for k in range(6):
        c.line([(0, 925 + 30 * k), (W, 903 + 32 * k)], 2, "#4a2e20")
    c.oval(770, 960, 520, 34, "#140b10", alpha=0.55, blur=14)
    # the long neck, from the gourd (lower left) to the head (upper right)
    ax, ay, bx, by = 620, 760, 1455, 130
    c.taper([(ax + 8, ay + 16), ((ax + bx) / 2 + 8, (ay + by) / 2 + 16), (bx + 8, by + 16)], 50, 34, "#150d16")
    c.taper([(ax, ay), ((ax + bx) / 2, (ay + by) / 2), (bx, by)], 46, 30, "#7a4526")
    c.taper([(ax - 6, ay - 9), ((ax + bx) / 2 - 6, (ay + by) / 2 - 9), (bx - 5, by - 7)], 20, 13, "#a8683a")
    c.blob([(bx - 30, by - 10), (bx + 20, by - 60), (bx + 90, by - 66), (bx + 70, by - 26), (bx + 30, by + 20)], [(0, "#a8683a"), (1, "#5d3420")])
    for t, side in ((0.93, 1), (0.965, -1), (0.995, 1)):
        px, py = ax + (bx - ax) * t, ay + (by - ay) * t
        c.line([(px - side * 8, py - side * 10), (px + side * 44, py + side * 54)], 12, "#c99a5a")
        c.oval(px + side * 46, py + side * 57, 12, 12, "#e3bd7a")
    c.oval(560, 790, 246, 236, "#120a12", alpha=0.5, blur=16)
    c.oval(540, 770, 240, 230, [(0, "#d9a45a"), (0.6, "#b0743a"), (1, "#6d4022")])
    c.oval(556, 756, 196, 186, [(0, "#f0d8a0"), (1, "#d3a766")])
    for r in (0.97, 0.9):
        c.oval(556, 756, 196 * r, 186 * r, [(0, "#e9cc8f"), (1, "#d0a264")])
    for k in range(8):
        a = k * math.pi / 4
        c.leaf(520 + math.cos(a) * 14, 786 + math.sin(a) * 14, 46, 20, math.degrees(a), "#8a5a34")
    c.oval(520, 786, 16, 15, "#5d3420")
    for d in (-8, 0, 8):
        c.line([(444 + d * 0.6, 856 + d * 0.8), (bx + d * 0.4, by + d * 0.5)], 2.2, "#fff3d0")
    c.line([(470, 800), (520, 866)], 13, "#6d4022")
    # a string of small bells (xóc nhạc) and the notes of the song
    for k in range(15):
        t = k / 14
        x, y = 900 + 430 * t, 950 + 50 * math.sin(t * math.pi) - 20 * t
        c.oval(x + 3, y + 6, 22, 20, "#140b10", alpha=0.4, blur=4)
        c.oval(x, y, 20, 20, [(0, "#ffe6a0"), (1, "#b3822f")])
        c.line([(x - 9, y + 7), (x + 9, y + 7)], 3, "#6d4a1d")
    for k in range(6):
        c.line(spline([(560, 250 + k * 10 - 40), (800, 160 + k * 26), (1040, 330 + k * 14), (1560, 520 + k * 34)]), 1.6, mix("#e8c98a", "#3a3a55", 0.45))
    c.vignette(0.3)
    return c.done()


def brocade():
    """A woven pattern in the colours of highland cloth; flat colours only, for a small PNG."""
    c = Canvas(28, [(0, "#14162b"), (1, "#14162b")])
    red, gold, white, teal, blue = "#b3262d", "#e3a93a", "#f2e8d2", "#2f8a80", "#28407f"
    def band(y, h, colour):
        c.rect(0, y, W, y + h, colour)
    def steps(x, y, r, colour, cell=6):  # a stepped diamond, as a loom makes it
        for k in range(-r, r + 1):
            half = (r - abs(k)) * cell + cell / 2
            c.rect(x - half, y + k * cell - cell / 2, x + half, y + k * cell + cell / 2, colour)
    for y, h, colour in ((0, 64, red), (64, 8, gold), (72, 6, white), (160, 6, white), (166, 8, teal), (430, 8, gold), (438, 26, red), (464, 8, gold),
                         (603, 8, gold), (611, 26, red), (637, 8, gold), (893, 8, teal), (901, 6, white), (989, 6, white), (995, 8, gold), (1003, 64, red)):
        band(y, h, colour)
    for k in range(28):
        x = k * 60 + 10
        for y in (32, 1035):
            steps(x, y, 4, gold), steps(x, y, 2, red), steps(x + 30, y, 1, white)
        for y in (119, 948):
            steps(x + 20, y, 5, (white, gold)[k % 2]), steps(x + 20, y, 3, red), steps(x + 20, y, 1, gold)
    for k in range(9):
        x = k * 200
        for y in (302, 765):
            steps(x, y, 19, gold), steps(x, y, 17, red), steps(x, y, 13, "#14162b"), steps(x, y, 10, white), steps(x, y, 8, teal), steps(x, y, 4, gold), steps(x, y, 1, red)
            steps(x + 100, y, 9, blue), steps(x + 100, y, 6, white), steps(x + 100, y, 4, red), steps(x + 100, y, 1, gold)
            for dy in (-96, 96):
                steps(x + 100, y + dy, 4, gold), steps(x + 100, y + dy, 2, blue)
    for k in range(17):  # little figures: a house and a person, in turn
        x = k * 100 + 20
        if k % 2:
            c.shape([(x - 36, 520), (x + 36, 520), (x + 24, 492), (x - 24, 492)], gold), c.rect(x - 27, 520, x + 27, 552, white)
            for d in (-22, 0, 22):
                c.rect(x + d - 3, 552, x + d + 3, 578, white)
            c.rect(x - 6, 528, x + 6, 552, red)
        else:
            steps(x, 505, 2, white), c.rect(x - 9, 517, x + 9, 552, teal), c.rect(x - 33, 521, x + 33, 530, teal)
            c.rect(x - 33, 503, x - 24, 530, teal), c.rect(x + 24, 503, x + 33, 530, teal), c.rect(x - 9, 552, x - 3, 580, white), c.rect(x + 3, 552, x + 9, 580, white)
    for y in range(0, H, 6):
        c.rect(0, y, W, y + 1, "#000000", alpha=0.18)
    for x in range(0, W, 8):
        c.rect(x, 0, x + 1, H, "#000000", alpha=0.12)
    return c.done(dither=False)
