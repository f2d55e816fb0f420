"""A small flat-illustration kit on Pillow: everything is drawn twice as large and scaled down at the end.

Coordinates are those of the finished 1600 x 1067 picture. Every random choice comes from a seed, so the
same script draws the same pixels.
"""

import math
import random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

W, H, S = 1600, 1067, 2


def rgb(colour):
    """'#rrggbb' or a tuple as a tuple of three numbers."""
    if isinstance(colour, str):
        return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return tuple(colour)


def mix(a, b, t):
    """The colour t of the way from a to b."""
    a, b = rgb(a), rgb(b)
    return tuple(round(x + (y - x) * t) for x, y in zip(a, b))


def spline(points, closed=False, steps=14):
    """A Catmull-Rom curve through the points, as a list of points."""
    n = len(points)
    out = []
    for i in range(n if closed else n - 1):
        p = [points[(i + k) % n] if closed else points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2)]
        for s in range(steps):
            t = s / steps
            out.append(tuple(
                0.5 * (2 * p[1][d] + (p[2][d] - p[0][d]) * t
                       + (2 * p[0][d] - 5 * p[1][d] + 4 * p[2][d] - p[3][d]) * t * t
                       + (3 * p[1][d] - p[0][d] - 3 * p[2][d] + p[3][d]) * t**3)
                for d in (0, 1)))
    return out if closed else out + [points[-1]]


def gradient(size, stops):
    """A vertical gradient; stops are (place 0..1, colour)."""
    w, h = size
    ys = np.linspace(0, 1, max(h, 1))
    rows = np.stack([np.interp(ys, [s[0] for s in stops], [rgb(s[1])[c] for s in stops]) for c in range(3)], 1)
    return Image.fromarray(np.repeat(rows[:, None, :], w, 1).round().astype("uint8"), "RGB")


class Canvas:
    """One picture in the making."""

    def __init__(self, seed, sky):
        self.rnd = random.Random(seed)
        self.img = gradient((W * S, H * S), sky)
        self.draw = ImageDraw.Draw(self.img)

    def _paste(self, fill, box, mask):
        self.img.paste(fill, box[:2], mask)

    def shape(self, points, fill, alpha=1.0, blur=0):
        """A polygon: one colour, or a list of stops for a vertical gradient over its height."""
        pts = [(x * S, y * S) for x, y in points]
        if isinstance(fill, str | tuple) and alpha == 1.0 and not blur:
            self.draw.polygon(pts, fill=rgb(fill))
            return
        pad = blur * S * 3
        x0 = max(int(min(p[0] for p in pts) - pad), 0)
        y0 = max(int(min(p[1] for p in pts) - pad), 0)
        x1 = min(int(max(p[0] for p in pts) + pad) + 2, W * S)
        y1 = min(int(max(p[1] for p in pts) + pad) + 2, H * S)
        if x1 <= x0 or y1 <= y0:
            return
        mask = Image.new("L", (x1 - x0, y1 - y0))
        ImageDraw.Draw(mask).polygon([(x - x0, y - y0) for x, y in pts], fill=round(255 * alpha))
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * S))
        stops = [(0, fill), (1, fill)] if isinstance(fill, str | tuple) else fill
        self._paste(gradient(mask.size, stops), (x0, y0), mask)

    def blob(self, points, fill, **more):
        """A closed smooth shape through the points."""
        self.shape(spline(points, closed=True), fill, **more)

    def oval(self, x, y, rx, ry, fill, turn=0.0, **more):
        """An ellipse, turned by an angle in degrees."""
        a = math.radians(turn)
        ring = [(math.cos(t * math.tau / 72) * rx, math.sin(t * math.tau / 72) * ry) for t in range(72)]
        self.shape([(x + u * math.cos(a) - v * math.sin(a), y + u * math.sin(a) + v * math.cos(a))
                    for u, v in ring], fill, **more)

    def rect(self, x0, y0, x1, y1, fill, **more):
        """An upright rectangle."""
        self.shape([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], fill, **more)

    def line(self, points, width, fill, smooth=False):
        """A line with round ends."""
        pts = spline(points) if smooth else points
        r = width * S / 2
        self.draw.line([(x * S, y * S) for x, y in pts], fill=rgb(fill), width=max(round(width * S), 1), joint="curve")
        for x, y in (pts[0], pts[-1]):
            self.draw.ellipse((x * S - r, y * S - r, x * S + r, y * S + r), fill=rgb(fill))

    def taper(self, points, w0, w1, fill):
        """A smooth stroke whose width goes from w0 to w1 (branches, trunks)."""
        pts = spline(points)
        left, right = [], []
        for i, (x, y) in enumerate(pts):
            a, b = pts[max(i - 1, 0)], pts[min(i + 1, len(pts) - 1)]
            d = math.hypot(b[0] - a[0], b[1] - a[1]) or 1
            w = (w0 + (w1 - w0) * i / (len(pts) - 1)) / 2
            nx, ny = -(b[1] - a[1]) / d * w, (b[0] - a[0]) / d * w
            left.append((x + nx, y + ny))
            right.append((x - nx, y - ny))
        self.shape(left + right[::-1], fill)

    def glow(self, x, y, r, colour, alpha):
        """Soft light around a point."""
        x0, y0 = max(int((x - r) * S), 0), max(int((y - r) * S), 0)
        x1, y1 = min(int((x + r) * S), W * S), min(int((y + r) * S), H * S)
        yy, xx = np.mgrid[y0:y1, x0:x1]
        d = np.clip(1 - np.hypot(xx - x * S, yy - y * S) / (r * S), 0, 1) ** 2
        mask = Image.fromarray((d * 255 * alpha).astype("uint8"), "L")
        self._paste(Image.new("RGB", mask.size, rgb(colour)), (x0, y0), mask)

    def mist(self, y0, y1, colour, alpha):
        """A soft level band, thickest in its middle."""
        top, bottom = int(y0 * S), int(y1 * S)
        rows = np.sin(np.linspace(0, math.pi, bottom - top)) ** 2 * 255 * alpha
        mask = Image.fromarray(np.repeat(rows[:, None], W * S, 1).astype("uint8"), "L")
        self._paste(Image.new("RGB", mask.size, rgb(colour)), (0, top), mask)

    def ridge(self, y, height, rough, fill, seed, floor=H, step=8):
        """A mountain line across the picture and all below it; answers the line."""
        rnd = random.Random(seed)
        waves = [(rnd.uniform(0.6, 1.3) * 2**k, rnd.uniform(0, math.tau), rough**k) for k in range(5)]
        total = sum(w[2] for w in waves)
        line = []
        for x in range(-step, W + 2 * step, step):
            v = sum(a * math.sin(f * x / W * math.tau + p) for f, p, a in waves) / total
            line.append((x, y - height * (0.5 + 0.5 * v)))
        self.shape(line + [(W + step, floor), (-step, floor)], fill)
        return line

    def clouds(self, y, n, colour, alpha, size=1.0):
        """A few long flat clouds."""
        for _ in range(n):
            cx, cy = self.rnd.uniform(0, W), y + self.rnd.uniform(-60, 60)
            for k in range(4):
                self.oval(cx + (k - 1.5) * 62 * size, cy - self.rnd.uniform(0, 16) * size,
                          self.rnd.uniform(60, 105) * size, self.rnd.uniform(10, 19) * size, colour, alpha=alpha, blur=3)

    def water(self, y, tint, strength=0.35, ripple=3.0, height=H):
        """Mirrors what stands above the level y into the water below it."""
        top, bottom = int(y * S), int(height * S)
        part = np.asarray(self.img.crop((0, max(2 * top - bottom, 0), W * S, top)))[::-1]
        if part.shape[0] < bottom - top:
            part = np.vstack([part, np.repeat(part[-1:], bottom - top - part.shape[0], 0)])
        part = np.asarray(Image.fromarray(part).filter(ImageFilter.GaussianBlur(1.4 * S))).copy()
        n = part.shape[0]
        for i in range(n):
            depth = i / n
            shift = math.sin(i / (5 + 26 * depth) / S * 2) * ripple * S * (0.3 + 2 * depth)
            part[i] = np.roll(part[i], round(shift), 0)
        colour = gradient((W * S, n), tint)
        out = Image.blend(Image.fromarray(part), colour, strength)
        self.img.paste(out, (0, top))
        self.draw = ImageDraw.Draw(self.img)

    def glints(self, y0, y1, n, colour, alpha=0.6, x0=0, x1=W):
        """Short bright strokes on water, longer towards the viewer."""
        for _ in range(n):
            t = self.rnd.random() ** 1.4
            y = y0 + (y1 - y0) * t
            w = (10 + 80 * t) * self.rnd.uniform(0.5, 1.2)
            self.oval(self.rnd.uniform(x0, x1), y, w, 0.9 + 1.6 * t, colour, alpha=alpha)

    def birds(self, x, y, n, colour, spread=130):
        """Far birds."""
        for _ in range(n):
            bx, by, w = x + self.rnd.uniform(-spread, spread), y + self.rnd.uniform(-40, 40), self.rnd.uniform(8, 15)
            self.line([(bx - w, by - w * 0.25), (bx - w * 0.4, by - w * 0.45), (bx, by), (bx + w * 0.4, by - w * 0.45),
                       (bx + w, by - w * 0.25)], 2, colour, smooth=True)

    def tree(self, x, y, h, leaf, trunk="#4a3527", kind="round"):
        """A tree with its foot at (x, y): round, pine or palm."""
        r = self.rnd
        if kind == "pine":
            self.taper([(x, y), (x, y - h * 0.9)], h * 0.035, h * 0.012, trunk)
            for k in range(6):
                yy, ww = y - h * (0.24 + 0.13 * k), h * (0.19 - 0.026 * k)
                self.shape([(x - ww, yy + h * 0.035), (x - ww * 0.45, yy), (x, yy - h * 0.2), (x + ww * 0.45, yy),
                            (x + ww, yy + h * 0.035), (x, yy + h * 0.015)], mix(leaf, "#ffffff", 0.02 * k))
        elif kind == "palm":
            top = (x + h * 0.06, y - h)
            self.taper([(x, y), (x + h * 0.01, y - h * 0.5), top], h * 0.05, h * 0.026, trunk)
            for a in range(-170, 30, 22):
                a += r.uniform(-5, 5)
                c, s = math.cos(math.radians(a)), math.sin(math.radians(a))
                tip = (top[0] + c * h * 0.36, top[1] + s * h * 0.22 + h * 0.12)
                mid = (top[0] + c * h * 0.2, top[1] + s * h * 0.24 - h * 0.01)
                under = (mid[0], mid[1] + h * 0.055)
                self.shape(spline([top, mid, tip]) + spline([tip, under, top]), mix(leaf, "#000000", r.uniform(0, 0.2)))
        else:
            self.taper([(x, y), (x + h * 0.02, y - h * 0.6)], h * 0.07, h * 0.03, trunk)
            for k in range(9):
                a = r.uniform(0, math.tau)
                self.oval(x + math.cos(a) * h * 0.2, y - h * 0.68 + math.sin(a) * h * 0.15, h * r.uniform(0.13, 0.2),
                          h * r.uniform(0.11, 0.16), mix(leaf, "#ffffff" if math.sin(a) < 0 else "#000000", r.uniform(0, 0.13)))

    def leaf(self, x, y, length, width, turn, fill, vein=None, wave=0.0):
        """A pointed leaf from (x, y) in the direction turn (degrees)."""
        a = math.radians(turn)
        c, s = math.cos(a), math.sin(a)
        place = lambda u, v: (x + u * c - v * s, y + u * s + v * c)
        edge = [(t / 10, math.sin(math.pi * (t / 10) ** 0.85) * (1 + wave * math.sin(t * 2.4))) for t in range(11)]
        up = [place(u * length, -v * width / 2) for u, v in edge]
        down = [place(u * length, v * width / 2) for u, v in edge]
        self.shape(spline(up) + spline(down)[::-1], fill)
        self.shape(spline(up) + [place(length, 0), place(0, 0)], mix(fill, "#ffffff", 0.1))
        if vein:
            self.line([place(0, 0), place(length * 0.96, 0)], max(width * 0.03, 1.2), vein)
            for k in range(2, 9):
                u, v = edge[k]
                for side in (-1, 1):
                    self.line([place((u - 0.1) * length, 0), place(u * length, side * v * width * 0.4)], max(width * 0.016, 0.8), vein)

    def vignette(self, alpha=0.18):
        """Darkens the corners a little."""
        yy, xx = np.mgrid[0 : H * S, 0 : W * S]
        d = np.hypot((xx / (W * S) - 0.5) * 1.1, yy / (H * S) - 0.5)
        mask = Image.fromarray((np.clip(d - 0.38, 0, 0.4) / 0.4 * 255 * alpha).astype("uint8"), "L")
        self._paste(Image.new("RGB", mask.size, (10, 14, 24)), (0, 0), mask)

    def done(self, dither=True):
        """The finished picture; a dither of one level keeps gradients free of bands."""
        out = self.img.resize((W, H), Image.Resampling.LANCZOS)
        if dither:
            noise = np.random.default_rng(7).integers(-1, 2, (H, W, 1), dtype="int16")
            out = Image.fromarray(np.clip(np.asarray(out).astype("int16") + noise, 0, 255).astype("uint8"))
        return out


__all__ = ["Canvas", "H", "Image", "ImageChops", "S", "W", "gradient", "math", "mix", "random", "rgb", "spline"]
