"""Scenes of Đắk Lắk."""

from .kit import H, W, Canvas, math, mix, random, spline


def thatch(c, x0, x1, y0, y1, over0, over1, tone):
    """A thatched roof: the ridge (over0..over1) is longer than the eaves below (x0..x1)."""
    c.shape([(over0, y0), (over1, y0 - 6), (x1, y1), (x0, y1)], [(0, mix(tone, "#ffffff", 0.16)), (1, mix(tone, "#000000", 0.22))])
    rnd = random.Random(3)
    for k in range(260):
        t, d = rnd.random(), rnd.random()
        xa, xb = over0 + (over1 - over0) * t, x0 + (x1 - x0) * t
        x, y = xa + (xb - xa) * d, y0 + (y1 - y0) * d
        c.line([(x, y), (x + (xb - xa) * 0.16, min(y + 26, y1))], 1.5, mix(tone, "#000000" if k % 2 else "#fff2c8", 0.16))
    for k in range(90):
        x = x0 + (x1 - x0) * k / 89
        c.line([(x, y1 - 3), (x + rnd.uniform(-3, 3), y1 + rnd.uniform(5, 15))], 3, mix(tone, "#000000", rnd.uniform(0.15, 0.35)))


def gong(c, x, y, r, rope_y):
    """A bossed bronze gong that hangs on two ropes."""
    for dx in (-0.45, 0.45):
        c.line([(x + dx * r * 0.7, rope_y), (x + dx * r, y - r * 0.86)], 5, "#d9b98a")
    c.oval(x + r * 0.07, y + r * 0.08, r, r, "#1d0f14", alpha=0.45, blur=9)
    c.oval(x, y, r, r, [(0, "#c98a3a"), (1, "#6d3d1d")])
    c.oval(x, y, r * 0.93, r * 0.93, [(0, "#8a5225"), (1, "#c58a3e")])
    for k in range(9):
        t = k / 8
        c.oval(x, y, r * (0.9 - 0.52 * t), r * (0.9 - 0.52 * t), mix("#a8672b" if k % 2 else "#b8752f", "#f0c26a", t * 0.35))
    c.oval(x, y + r * 0.03, r * 0.33, r * 0.33, "#5a3216", alpha=0.55, blur=4)
    c.oval(x, y, r * 0.29, r * 0.29, [(0, "#ffe3a0"), (0.5, "#dca04a"), (1, "#8d5423")])
    c.oval(x - r * 0.09, y - r * 0.12, r * 0.09, r * 0.06, "#fff6d8", turn=-30, alpha=0.8, blur=2)
    c.oval(x - r * 0.45, y - r * 0.5, r * 0.34, r * 0.1, "#ffeab0", turn=-45, alpha=0.35, blur=6)


def gongs():
    c = Canvas(11, [(0, "#1b1740"), (0.45, "#5a2a55"), (0.72, "#c1543f"), (1, "#f0a04b")])
    for k in range(90):
        c.oval(c.rnd.uniform(0, W), c.rnd.uniform(0, 380), 1.4, 1.4, "#ffe9c4", alpha=c.rnd.uniform(0.3, 0.9))
    c.ridge(800, 150, 0.5, "#6e2f4b", 3)
    c.ridge(880, 120, 0.55, "#43213f", 5)
    for x in range(-40, W + 60, 66):
        c.tree(x + c.rnd.uniform(-20, 20), 940, c.rnd.uniform(90, 190), "#2b1a33", "#1d1226")
    c.rect(0, 925, W, H, [(0, "#2a1830"), (1, "#120a18")])
    c.glow(800, 985, 720, "#ff9a3c", 0.5)
    for k in range(5):
        h = (150, 210, 260, 190, 130)[k]
        x = 700 + 50 * k
        c.blob([(x - 36, 1010), (x - 22, 1010 - h * 0.5), (x + 4, 1010 - h), (x + 22, 1010 - h * 0.45), (x + 38, 1010)],
               [(0, "#ffd25e"), (0.55, "#ff8a2e"), (1, "#d9411e")], alpha=0.92, blur=1.5)
    for k in range(3):
        h = (80, 120, 90)[k]
        x = 755 + 45 * k
        c.blob([(x - 20, 1012), (x - 10, 1012 - h * 0.5), (x + 2, 1012 - h), (x + 14, 1012 - h * 0.4), (x + 22, 1012)], [(0, "#fff3b8"), (1, "#ffc34a")], blur=1)
    for a in (-8, 5, -3):
        c.line([(640, 1022 + a), (960, 1014 - a * 2)], 22, mix("#3a1f16", "#000000", 0.1 * abs(a) / 8))
    for x in (150, 1450):
        c.shape([(x - 26, H), (x - 20, 120), (x + 20, 120), (x + 26, H)], [(0, "#6b4228"), (1, "#2e1a14")])
        for y in range(200, 900, 120):
            c.shape([(x - 19, y), (x, y - 26), (x + 19, y), (x, y + 26)], "#d8a257")
            c.shape([(x - 10, y), (x, y - 14), (x + 10, y), (x, y + 14)], "#8a2f22")
    c.shape([(90, 118), (1510, 106), (1510, 160), (90, 166)], [(0, "#8a5a34"), (1, "#4a2b1b")])
    for k in range(46):
        x = 110 + k * 30.4
        c.shape([(x, 126), (x + 13, 140), (x, 153), (x - 13, 140)], ("#d9a557", "#a83a28", "#e8d3a0")[k % 3])
    for x, y, r in ((345, 390, 128), (630, 440, 168), (985, 470, 206), (1290, 380, 112)):
        gong(c, x, y, r, 160)
    for k in range(60):
        c.oval(800 + c.rnd.gauss(0, 150), c.rnd.uniform(420, 960), 2.2, 2.2, "#ffcf70", alpha=c.rnd.uniform(0.4, 0.9))
    c.vignette(0.3)
    return c.done()


def longhouse():
    c = Canvas(12, [(0, "#79b8d8"), (0.5, "#cfe6e4"), (0.75, "#fbe7bf"), (1, "#f6d79c")])
    c.glow(1250, 300, 420, "#fff3c4", 0.9)
    c.oval(1250, 300, 62, 62, "#fff7dc")
    c.clouds(200, 6, "#ffffff", 0.6)
    c.ridge(600, 130, 0.5, "#9dc3c0", 4)
    c.ridge(660, 120, 0.5, "#6fa392", 9)
    for x in range(-20, W + 40, 74):
        c.tree(x + c.rnd.uniform(-24, 24), 730, c.rnd.uniform(130, 230), mix("#3f7d58", "#7aa860", c.rnd.random()))
    c.rect(0, 705, W, H, [(0, "#a9b865"), (0.25, "#c79a5b"), (1, "#a9683f")])
    c.tree(1500, 790, 470, "#2f6b4a")
    c.tree(70, 770, 380, "#3b7a4e")
    c.oval(820, 905, 690, 34, "#5f3a26", alpha=0.45, blur=10)
    for k in range(15):
        x = 262 + k * 82
        c.rect(x - 9, 740, x + 9, 900, [(0, "#4a2f20"), (1, "#6f4a30")])
    for k in range(14):
        c.rect(300 + k * 82, 752, 318 + k * 82, 868, "#3a261c", alpha=0.55)
    c.rect(232, 722, 1440, 748, [(0, "#8b5d38"), (1, "#5d3b25")])
    c.shape([(262, 722), (246, 600), (1410, 600), (1396, 722)], [(0, "#b98a52"), (1, "#d6aa6c")])
    for k in range(78):
        x = 256 + k * 14.8
        c.line([(x, 602), (x + 3, 720)], 1.6, "#93673a")
    for k in range(7):
        x = 380 + k * 142
        c.rect(x, 632, x + 56, 690, "#4b2e1f")
        c.rect(x + 26, 632, x + 30, 690, "#8b5d38")
    thatch(c, 205, 1460, 400, 625, 110, 1560, "#a8834a")
    c.line([(104, 398), (1566, 392)], 12, "#5d4326")
    c.shape([(110, 402), (205, 628), (262, 628), (190, 500)], "#7d5d33")
    # the platform in front and the carved staircase
    c.rect(120, 744, 330, 764, [(0, "#9a6a40"), (1, "#5d3b25")])
    for x in (136, 214, 300):
        c.rect(x - 8, 762, x + 8, 905, "#5a3a26")
    for x, w in ((172, 46), (252, 36)):
        c.shape([(x, 738), (x + w, 738), (x + w - 70, 930), (x - 74, 930)], [(0, "#a87346"), (1, "#7a4e2e")])
        for k in range(6):
            y, dx = 762 + k * 27, -12 - k * 10
            c.shape([(x + dx + 8, y), (x + dx + w, y), (x + dx + w - 4, y + 11), (x + dx + 2, y + 11)], "#5b3720")
    c.oval(181, 716, 12, 13, "#8b5d38"), c.oval(205, 716, 12, 13, "#8b5d38")
    c.shape([(168, 738), (176, 690), (194, 672), (212, 690), (219, 738)], [(0, "#b07b4a"), (1, "#8b5a34")])
    c.blob([(181, 700), (205, 700), (193, 722)], "#7a4a2a")
    for k in range(46):
        x, y = c.rnd.uniform(0, W), c.rnd.uniform(945, H)
        c.line([(x, y), (x + c.rnd.uniform(-8, 8), y - c.rnd.uniform(14, 34))], 4, mix("#7d9a4a", "#c7b45c", c.rnd.random()))
    for x, y in ((960, 985), (1030, 1000), (905, 1004)):
        c.oval(x, y, 17, 11, "#7d2f1f"), c.oval(x + 14, y - 12, 7, 7, "#9a3d25")
        c.shape([(x - 14, y - 2), (x - 30, y - 20), (x - 8, y - 9)], "#3f2a30"), c.line([(x, y + 10), (x, y + 19)], 2, "#d9a441")
    return c.done()


def canoe(c, x, y, w, colour, rower=True, flip=1):
    """A dugout with a rower in a conical hat."""
    c.oval(x, y + w * 0.035, w * 0.55, w * 0.03, "#0d2230", alpha=0.35, blur=4)
    c.shape(spline([(x - w * 0.52, y - w * 0.05), (x - w * 0.3, y + w * 0.02), (x, y + w * 0.035), (x + w * 0.3, y + w * 0.02), (x + w * 0.54, y - w * 0.06)])
            + spline([(x + w * 0.5, y - w * 0.045), (x, y - w * 0.012), (x - w * 0.5, y - w * 0.04)]), colour)
    if rower:
        px = x + flip * w * 0.2
        c.blob([(px - w * 0.045, y - w * 0.01), (px - w * 0.05, y - w * 0.12), (px, y - w * 0.175), (px + w * 0.05, y - w * 0.12), (px + w * 0.05, y - w * 0.01)], "#7a2437")
        c.shape([(px - w * 0.09, y - w * 0.18), (px, y - w * 0.25), (px + w * 0.09, y - w * 0.18), (px, y - w * 0.168)], "#e9cf98")
        c.line([(px - flip * w * 0.02, y - w * 0.13), (px - flip * w * 0.16, y + w * 0.06)], max(w * 0.012, 2), "#4a3527")


def lak_lake():
    c = Canvas(13, [(0, "#3e5d8f"), (0.3, "#9b86a8"), (0.5, "#f2b48d"), (0.62, "#ffdfa8"), (1, "#ffdfa8")])
    c.glow(610, 500, 560, "#ffe9b5", 0.95)
    c.oval(610, 505, 50, 50, "#fff6dc")
    c.clouds(230, 8, "#ffd9bd", 0.45, 1.2)
    c.ridge(560, 190, 0.45, "#8d86a8", 21)
    c.mist(470, 600, "#ffd9b0", 0.5)
    c.ridge(600, 150, 0.5, "#5f6c8f", 22)
    c.mist(530, 640, "#ffd2a6", 0.4)
    c.ridge(632, 70, 0.55, "#3a4f6b", 24)
    for k in range(44):
        c.tree(c.rnd.uniform(1000, W + 20), 642, c.rnd.uniform(40, 105), "#2f4458", "#26384a")
    c.water(640, [(0, "#f3b98f"), (0.5, "#6f7ba0"), (1, "#2c4468")], 0.38)
    c.glints(648, 830, 60, "#fff0cf", 0.55, 430, 800)
    c.glints(660, 1040, 60, "#ffe0bd", 0.22)
    canoe(c, 1020, 792, 330, "#2b2530")
    canoe(c, 420, 690, 130, "#30303f", flip=-1)
    for k in range(70):
        x = c.rnd.choice((c.rnd.uniform(-20, 330), c.rnd.uniform(1280, W + 20)))
        y = c.rnd.uniform(930, 1080)
        c.oval(x, y, c.rnd.uniform(30, 58), c.rnd.uniform(8, 14), mix("#2f5a55", "#4f8a6a", c.rnd.random()))
    for x, y in ((120, 985), (245, 1022), (60, 1035), (1400, 1005), (1510, 965), (1545, 1040)):
        for a in (-60, -30, 0, 30, 60):
            c.leaf(x, y, 40, 20, a - 90, mix("#f3a5b8", "#ffffff", 0.25 if a else 0.5))
        c.oval(x, y - 8, 7, 5, "#ffd970")
    for k in range(40):
        x = c.rnd.uniform(-10, 210)
        c.taper([(x, H + 10), (x + 10, 990), (x + c.rnd.uniform(0, 50), c.rnd.uniform(840, 930))], 6, 1, mix("#1f3f45", "#3f6a55", c.rnd.random()))
    c.birds(1130, 330, 7, "#3e4566")
    return c.done()


def waterfall():
    c = Canvas(14, [(0, "#a9d6e5"), (0.4, "#e3f2e6"), (1, "#dff0e3")])
    c.clouds(90, 5, "#ffffff", 0.8, 1.3)
    c.ridge(300, 110, 0.5, "#a5cbb8", 31)
    c.ridge(350, 80, 0.5, "#77ae92", 33)
    for x in range(-30, W + 50, 44):
        c.tree(x + c.rnd.uniform(-16, 16), 372, c.rnd.uniform(90, 190), mix("#2f6d4a", "#6fa356", c.rnd.random()))
    c.rect(0, 362, W, H, [(0, "#4c5a55"), (0.5, "#37443f"), (1, "#26383a")])
    rnd = random.Random(5)
    for k in range(150):  # the basalt wall
        x, y = rnd.uniform(0, W), rnd.uniform(370, 830)
        c.rect(x, y, x + rnd.uniform(16, 42), y + rnd.uniform(40, 150), mix("#2d3a37", "#6a7772", rnd.random()), alpha=0.5)
    falls = [(70, 250), (330, 470), (520, 830), (880, 985), (1060, 1330), (1400, 1500)]
    for a, b in falls:
        c.shape([(a, 372)] + [(x, 366 + rnd.uniform(-3, 5)) for x in range(a + 8, b - 8, 18)] + [(b, 374), (b + 24, 860), (a - 24, 860)],
                [(0, "#e6f7f8"), (0.12, "#c3e6ec"), (0.6, "#e8f8fa"), (1, "#ffffff")])
        for k in range(int((b - a) / 2.6)):
            x = rnd.uniform(a, b)
            t = (x - (a + b) / 2) * 0.1
            y0 = rnd.uniform(372, 640)
            c.taper([(x, y0), (x + t * 0.4, y0 + 60), (x + t, min(y0 + rnd.uniform(90, 260), 856))], rnd.uniform(2, 6), 0.8,
                    mix("#8fc6d3", "#ffffff", rnd.uniform(0.15, 1)))
    for x, w in ((288, 52), (492, 40), (856, 42), (1022, 56), (1366, 54), (1552, 70), (8, 66)):
        side = [(w * (0.7 + 0.09 * k) + rnd.uniform(-9, 9), 362 + 62 * k) for k in range(9)]
        c.shape([(x - d, y + rnd.uniform(-14, 14)) for d, y in side] + [(x + d, y + rnd.uniform(-14, 14)) for d, y in side[::-1]], [(0, "#5d7166"), (1, "#24352f")])
        for k in range(26):  # basalt columns
            u, y = x + rnd.uniform(-0.75, 0.6) * w, rnd.uniform(372, 700)
            c.shape([(u, y), (u + rnd.uniform(8, 16), y + rnd.uniform(-6, 6)), (u + 14, y + rnd.uniform(50, 130)), (u - 2, y + rnd.uniform(50, 120))],
                    mix("#33463f", "#7f9186", rnd.random()), alpha=0.7)
        for k in range(22):
            c.leaf(x + rnd.uniform(-w, w) * 0.8, 366 + rnd.random() ** 2 * 260, rnd.uniform(22, 52), 13, rnd.uniform(40, 140), mix("#3f8a4f", "#8fbf5f", rnd.random()))
    c.rect(0, 850, W, H, [(0, "#bfe6e6"), (0.35, "#5fb0ae"), (1, "#1f6a73")])
    for a, b in falls:
        for k in range(16):
            c.oval(rnd.uniform(a - 40, b + 40), rnd.uniform(835, 880), rnd.uniform(30, 70), rnd.uniform(12, 26), "#ffffff", alpha=0.5, blur=6)
    c.mist(700, 900, "#ffffff", 0.6)
    c.glints(880, 1050, 110, "#e9ffff", 0.4)
    for x, y, w in ((150, 985, 150), (420, 1050, 190), (1180, 1010, 130), (1460, 1030, 230), (880, 1075, 120)):
        c.blob([(x - w, y + 30), (x - w * 0.6, y - w * 0.28), (x, y - w * 0.4), (x + w * 0.65, y - w * 0.24), (x + w, y + 30), (x, y + w * 0.3)],
               [(0, "#7d8f86"), (1, "#26383a")])
        c.blob([(x - w * 0.55, y - w * 0.24), (x, y - w * 0.38), (x + w * 0.4, y - w * 0.28), (x, y - w * 0.2)], "#7fae5e")
    for k in range(26):
        c.leaf(c.rnd.uniform(-30, 190), c.rnd.uniform(60, 260), c.rnd.uniform(110, 190), 46, c.rnd.uniform(10, 80), mix("#1f5a3c", "#3f8a4f", c.rnd.random()), "#a8cf8a")
    return c.done()


def coffee():
    c = Canvas(15, [(0, "#f6e3b8"), (0.5, "#d9dca0"), (1, "#8fb37a")])
    c.glow(1250, 190, 620, "#fff6d8", 0.9)
    for k in range(26):
        c.oval(c.rnd.uniform(0, W), c.rnd.uniform(300, H), c.rnd.uniform(60, 190), c.rnd.uniform(60, 190), mix("#6fa067", "#e6e2a8", c.rnd.random()), alpha=0.28, blur=16)
    coffee_branch(c, [(-40, 900), (380, 1000), (900, 985), (1660, 830)], (0.12, 0.36, 0.6, 0.85), 0.8)
    c.shape([(0, 0), (W, 0), (W, H), (0, H)], [(0, "#f6e3b8"), (1, "#b9cf98")], alpha=0.38)
    coffee_branch(c, [(-40, 250), (330, 380), (760, 500), (1180, 560), (1660, 520)], (0.06, 0.23, 0.4, 0.57, 0.74, 0.91), 1.12)
    return c.done()


def coffee_branch(c, path, places, size):
    """A branch with pairs of leaves and clusters of cherries at the given places."""
    branch = spline(path)
    nodes = [branch[int(t * (len(branch) - 1))] for t in places]
    for x, y in nodes:
        for turn, k in ((-128, 1.0), (-58, 0.9)):
            c.leaf(x, y, 320 * size * k * c.rnd.uniform(0.82, 1.1), 128 * size, turn + c.rnd.uniform(-16, 16), mix("#1f5f3d", "#3f8f4d", c.rnd.random()), "#a9cf93", 0.05)
    c.taper(path, 24 * size, 14 * size, "#6b4a2f")
    for x, y in nodes:
        for turn, k in ((122, 0.8), (52, 0.9)):
            c.leaf(x, y, 310 * size * k * c.rnd.uniform(0.8, 1.1), 122 * size, turn + c.rnd.uniform(-18, 18), mix("#2a7044", "#58a052", c.rnd.random()), "#bfe0a0", 0.05)
        for k in range(14):
            a, d = c.rnd.uniform(0, math.tau), size * c.rnd.uniform(16, 80)
            u, v, r = x + math.cos(a) * d, y + 12 + math.sin(a) * d * 0.7, size * c.rnd.uniform(27, 35)
            hue = c.rnd.choice(("#c7202b", "#b3141f", "#d63a2a", "#c7202b", "#c9252c", "#e08a2e", "#7fa03c"))
            c.oval(u + 5, v + 8, r, r, "#1d2a18", alpha=0.32, blur=5)
            c.oval(u, v, r, r * 1.06, [(0, mix(hue, "#ffffff", 0.16)), (1, mix(hue, "#200008", 0.3))])
            c.oval(u - r * 0.3, v - r * 0.36, r * 0.22, r * 0.14, "#ffffff", turn=-30, alpha=0.7, blur=1)
            c.oval(u + r * 0.12, v + r * 0.78, r * 0.15, r * 0.1, "#4a2416")


def elephant(c, x, y, s, tone):
    """A standing elephant that looks to the left; s is its height."""
    dark = mix(tone, "#000000", 0.25)
    for px in (0.18, 0.72):
        c.blob([(x + s * px, y - s * 0.45), (x + s * (px + 0.16), y - s * 0.45), (x + s * (px + 0.15), y - s * 0.02), (x + s * (px + 0.01), y - s * 0.02)], dark)
    c.taper([(x + s * 1.02, y - s * 0.68), (x + s * 1.1, y - s * 0.5), (x + s * 1.07, y - s * 0.3)], s * 0.035, s * 0.015, dark)
    body = [(x + s * 0.05, y - s * 0.72), (x + s * 0.22, y - s * 0.93), (x + s * 0.55, y - s * 0.98), (x + s * 0.88, y - s * 0.9), (x + s * 1.04, y - s * 0.66),
            (x + s * 1.0, y - s * 0.4), (x + s * 0.6, y - s * 0.3), (x + s * 0.2, y - s * 0.34), (x + s * 0.04, y - s * 0.5)]
    c.blob(body, [(0, mix(tone, "#ffffff", 0.14)), (1, dark)])
    for px in (0.06, 0.84):
        c.shape(spline([(x + s * px, y - s * 0.5), (x + s * (px + 0.015), y - s * 0.2), (x + s * px, y)])
                + spline([(x + s * (px + 0.17), y), (x + s * (px + 0.16), y - s * 0.25), (x + s * (px + 0.19), y - s * 0.5)]), [(0, tone), (1, dark)])
        for k in range(3):
            c.oval(x + s * (px + 0.035 + 0.05 * k), y - s * 0.015, s * 0.018, s * 0.015, "#d8cdbd")
    c.taper([(x - s * 0.14, y - s * 0.66), (x - s * 0.24, y - s * 0.45), (x - s * 0.23, y - s * 0.2), (x - s * 0.3, y - s * 0.07), (x - s * 0.37, y - s * 0.1)], s * 0.17, s * 0.05, tone)
    c.blob([(x - s * 0.2, y - s * 0.84), (x - s * 0.04, y - s * 0.98), (x + s * 0.13, y - s * 0.9), (x + s * 0.16, y - s * 0.66), (x, y - s * 0.52), (x - s * 0.16, y - s * 0.58)],
           [(0, mix(tone, "#ffffff", 0.16)), (1, tone)])
    c.shape(spline([(x - s * 0.1, y - s * 0.58), (x - s * 0.22, y - s * 0.44), (x - s * 0.36, y - s * 0.42)]) + spline([(x - s * 0.36, y - s * 0.42), (x - s * 0.2, y - s * 0.49), (x - s * 0.04, y - s * 0.6)]), "#f3e8d2")
    c.blob([(x + s * 0.02, y - s * 0.9), (x + s * 0.22, y - s * 0.94), (x + s * 0.29, y - s * 0.7), (x + s * 0.2, y - s * 0.48), (x + s * 0.06, y - s * 0.6)], [(0, mix(tone, "#ffffff", 0.06)), (1, dark)])
    c.oval(x - s * 0.08, y - s * 0.77, s * 0.015, s * 0.018, "#1d1512")


def buon_don():
    c = Canvas(16, [(0, "#f5c877"), (0.35, "#fbe3a8"), (0.6, "#f7d79a"), (1, "#e0a45f")])
    c.glow(400, 380, 520, "#fff7d6", 0.95)
    c.oval(400, 380, 70, 70, "#fffbe6")
    c.ridge(600, 120, 0.5, "#e0b073", 41)
    c.ridge(650, 80, 0.5, "#c4925c", 42)
    for layer, (tone, y, h) in enumerate((("#c99f5f", 690, 330), ("#9a7a45", 730, 430))):
        for k in range(13):
            x = (k + c.rnd.uniform(0, 0.8)) * 130 - 30
            c.tree(x, y, h * c.rnd.uniform(0.7, 1.05), tone, mix(tone, "#3a2415", 0.5))
        c.mist(y - 140, y + 30, "#fbe0a5", 0.4)
    c.rect(0, 722, W, 820, [(0, "#b98f4d"), (1, "#93703c")])
    c.rect(0, 800, W, H, [(0, "#d8b070"), (0.4, "#a98a5c"), (1, "#5d6a5a")])
    c.water(806, [(0, "#e6bd78"), (1, "#6a7a64")], 0.42, 4)
    c.glints(815, 1050, 90, "#fff3cf", 0.45)
    c.oval(1000, 806, 330, 16, "#5a4526", alpha=0.5, blur=8)
    elephant(c, 860, 806, 330, "#75685f")
    elephant(c, 1240, 800, 205, "#85776b")
    for x, h in ((60, 760), (1530, 820)):
        c.taper([(x - 6, H + 40), (x, 880), (x + 14, 500), (x - 20, 60), (x - 30, -40)], 64, 36, "#4a321f")
        for k in range(10):
            c.leaf(x - 10, 60 + 34 * k, 150, 74, c.rnd.uniform(-40, 220), mix("#6f7a35", "#b58a35", c.rnd.random()), "#d9c27a")
    for k in range(150):
        x, y = c.rnd.uniform(-10, W), c.rnd.uniform(820, 850)
        if x < 420 or x > 1380:
            c.taper([(x, y), (x + 6, y - 40), (x + c.rnd.uniform(-10, 26), y - c.rnd.uniform(50, 110))], 5, 1, mix("#7d6a2c", "#cfa84e", c.rnd.random()))
    c.birds(1100, 260, 6, "#8a6238")
    return c.done()


def yang_prong():
    c = Canvas(17, [(0, "#9fc9d9"), (0.5, "#e8eed6"), (1, "#cfdcae")])
    for tone, y, h in (("#b6cf9a", 640, 420), ("#86b072", 700, 520), ("#5d9158", 750, 560)):
        for k in range(11):
            c.tree((k + c.rnd.uniform(0, 0.9)) * 155 - 40, y, h * c.rnd.uniform(0.7, 1.05), tone, mix(tone, "#2e2418", 0.55))
        c.mist(y - 160, y + 20, "#eef3d8", 0.35)
    c.glow(800, 300, 560, "#fffbe0", 0.55)
    c.rect(0, 745, W, H, [(0, "#7fa257"), (0.5, "#5f8a48"), (1, "#3d6a3a")])
    c.oval(820, 925, 360, 40, "#22381f", alpha=0.5, blur=10)
    brick, edge = "#b4603f", "#7d3a28"
    c.shape([(560, 930), (575, 880), (1025, 880), (1040, 930)], [(0, mix(brick, "#ffffff", 0.1)), (1, edge)])
    c.shape([(600, 882), (612, 560), (988, 560), (1000, 882)], [(0, mix(brick, "#ffffff", 0.14)), (1, brick)])
    c.shape([(860, 882), (858, 560), (988, 560), (1000, 882)], edge, alpha=0.35)
    for y0, half, rise in ((560, 214, 26), (534, 196, 22)):
        c.shape([(800 - half, y0), (800 - half + 10, y0 - rise), (800 + half - 10, y0 - rise), (800 + half, y0)], [(0, mix(brick, "#ffffff", 0.2)), (1, edge)])
    roof = spline([(624, 512), (652, 400), (706, 280), (764, 190), (800, 150)]) + spline([(800, 150), (836, 190), (894, 280), (948, 400), (976, 512)])
    c.shape(roof, [(0, mix(brick, "#ffffff", 0.2)), (1, brick)])
    c.shape(spline([(800, 150), (836, 190), (894, 280), (948, 400), (976, 512)]) + [(850, 512), (830, 300)], edge, alpha=0.35)
    for y in range(180, 880, 17):
        half = 190 if 512 < y else 176 * ((y - 150) / 362) ** 0.62
        for x in range(int(800 - half) + 4, int(800 + half) - 20, 34):
            if c.rnd.random() < 0.62:
                c.rect(x + (y // 17 % 2) * 16, y, x + (y // 17 % 2) * 16 + 26, y + 3, mix(edge, "#d98a62", c.rnd.random()), alpha=0.6)
    for x in (628, 700, 890, 962):
        c.rect(x - 9, 568, x + 9, 876, mix(brick, "#ffffff", 0.16), alpha=0.8)
        c.rect(x + 5, 568, x + 11, 876, edge, alpha=0.6)
    c.shape(spline([(722, 880), (724, 720), (760, 640), (800, 596)]) + spline([(800, 596), (840, 640), (876, 720), (878, 880)]), mix(brick, "#ffffff", 0.22))
    c.shape(spline([(748, 880), (750, 740), (776, 676), (800, 646)]) + spline([(800, 646), (824, 676), (850, 740), (852, 880)]), "#3a1c16")
    for k in range(3):
        c.shape([(690 - 22 * k, 884 + 22 * k), (910 + 22 * k, 884 + 22 * k), (922 + 22 * k, 908 + 22 * k), (678 - 22 * k, 908 + 22 * k)], mix("#c9a184", "#6d4a38", 0.2 * k))
    for k in range(60):
        x = c.rnd.uniform(640, 960)
        c.leaf(x, 512 + c.rnd.uniform(-8, 8), c.rnd.uniform(18, 44), 9, c.rnd.uniform(30, 150), mix("#3f7a3c", "#8fb95a", c.rnd.random()))
    for x, lean in ((130, 60), (1460, -70)):
        c.taper([(x, 1000), (x + lean * 0.4, 600), (x + lean, 220), (x + lean * 1.8, -40)], 110, 50, "#57452f")
        for k in range(5):
            c.taper([(x + lean * 0.3, 820 + 20 * k), (x - 90 + 46 * k, 940), (x - 170 + 86 * k, 1010)], 34, 8, "#4a3a28")
    for k in range(64):
        x = c.rnd.choice((c.rnd.uniform(-60, 400), c.rnd.uniform(1200, W + 40)))
        c.oval(x, c.rnd.uniform(-30, 190), c.rnd.uniform(60, 110), c.rnd.uniform(36, 64), mix("#2f6a3a", "#5f9a4a", c.rnd.random()))
    for k in range(120):
        x, y = c.rnd.uniform(0, W), c.rnd.uniform(970, H + 10)
        c.taper([(x, y), (x + 3, y - 20), (x + c.rnd.uniform(-14, 14), y - c.rnd.uniform(30, 60))], 6, 1, mix("#3d6a3a", "#9fc26a", c.rnd.random()))
    return c.done()
