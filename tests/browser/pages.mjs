// The public pages in a real browser: node pages.mjs URL KEY [FOLDER-FOR-PICTURES]
//
// JavaScript is off, as the pages promise to work without it; only the accessibility checker gets a
// window with it. KEY is an export key, by which a withdrawn record is found. Prints what failed
// and, last, `N passed, M failed`; the exit code is 0 only if nothing failed.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { chromium } from "playwright-core";

const [url, key, shots] = process.argv.slice(2);
if (!url || !key) {
  console.error("usage: node pages.mjs URL KEY [FOLDER]");
  process.exit(2);
}
const base = new URL(url);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const sizes = [{ width: 1280, height: 900 }, { width: 360, height: 740 }];
const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const tally = { passed: 0, failed: 0 };

function check(good, what) {
  tally[good ? "passed" : "failed"] += 1;
  if (!good) console.log(`FAILED ${what}`);
  return good;
}

async function answer(path) {
  const got = await fetch(new URL(path, base), { headers: { authorization: `Bearer ${key}` } });
  if (!got.ok) throw new Error(`${path}: ${got.status}`);
  return got.json();
}

const bare = (id) => id.replace("urn:uuid:", "");

/** A live record with pictures, one with a document, a withdrawn one. */
async function examples() {
  const records = (await answer("/export/v1/records?limit=1000")).records;
  const active = records.filter((record) => record.state === "active");
  const with_ = (media) => active.find((r) => r.assets?.some((asset) => asset.mediaType.startsWith(media)));
  const found = {
    shown: with_("image/"),
    document: with_("application/pdf"),
    longest: active.reduce((a, b) => (a.title.vi.length < b.title.vi.length ? b : a)),
    gone: records.find((record) => record.state === "withdrawn"),
  };
  for (const [name, record] of Object.entries(found)) {
    if (!record) throw new Error(`there is no ${name} record to look at`);
    found[name] = { ...record, id: bare(record.id) };
  }
  return found;
}

/** Everything that a window asks for and complains of. */
function watch(page) {
  const seen = { foreign: [], complaints: [], main: "" };
  page.on("request", (request) => {
    const to = new URL(request.url());
    if (to.protocol !== "data:" && to.host !== base.host) seen.foreign.push(request.url());
  });
  page.on("console", (message) => {
    // A page that is meant to be missing is one of these complaints; a picture never is.
    const own = message.location().url === seen.main && /status of (404|410)/.test(message.text());
    if (message.type() === "error" && !own) seen.complaints.push(message.text());
  });
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("requestfailed", (request) => seen.complaints.push(`failed: ${request.url()}`));
  return seen;
}

/** What a picture is once it is there, or after five seconds. Timers do not run in the page. */
async function loaded(image) {
  for (let n = 0; ; n += 1) {
    const told = await image.evaluate((img) => ({
      src: img.currentSrc || img.src,
      width: img.complete ? img.naturalWidth : 0,
      alt: img.getAttribute("alt"),
    }));
    if (0 < told.width || n === 50) return told;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What holds of every page, however it was reached. */
async function sound(page, seen, name, lang) {
  check((await page.locator("html").getAttribute("lang")) === lang, `${name}: lang is not ${lang}`);
  check((await page.locator("script").count()) === 0, `${name}: has a script`);
  check((await page.locator("h1").count()) === 1, `${name}: not just one h1`);
  check((await page.title()).trim() !== "", `${name}: no title`);
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const over = [...document.querySelectorAll("body *")]
      .filter((e) => getComputedStyle(e).position !== "absolute" && room + 1 < e.getBoundingClientRect().right)
      .map((e) => `${e.tagName}.${e.className}`);
    return { over: room < document.documentElement.scrollWidth, by: over.slice(0, 3) };
  });
  check(!wide.over, `${name}: scrolls sideways, by ${wide.by}`);
  for (const image of await page.locator("img").all()) {
    await image.scrollIntoViewIfNeeded();
    const told = await loaded(image);
    check(0 < told.width, `${name}: ${told.src} does not load`);
    check(told.alt !== null, `${name}: ${told.src} has no alt`);
  }
  check(seen.foreign.length === 0, `${name}: asks ${seen.foreign}`);
  check(seen.complaints.length === 0, `${name}: ${seen.complaints}`);
}

/** The checker's serious findings; in the dark too where there is room for all of a page. */
async function accessible(browser, size, path, name) {
  for (const colorScheme of size === sizes[0] ? ["light", "dark"] : ["light"]) {
    const context = await browser.newContext({ viewport: size, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(new URL(path, base).href);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const bad = found.violations.filter((each) => ["serious", "critical"].includes(each.impact));
    const told = bad.map((each) => `${each.id} (${each.nodes.length}): ${each.nodes[0].html.slice(0, 160)}`);
    check(bad.length === 0, `${name}, ${colorScheme}: ${told.join("\n    ")}`);
    check(0 < found.passes.length, `${name}: the checker saw nothing`);
    if (colorScheme === "dark" && shots) {
      await page.screenshot({ path: join(shots, `${name}-dark.png`), fullPage: true });
    }
    await context.close();
  }
}

async function open(context, path, name, { lang, status = 200 }) {
  const page = await context.newPage();
  const seen = watch(page);
  seen.main = new URL(path, base).href;
  const got = await page.goto(seen.main);
  check(got.status() === status, `${name}: ${got.status()}, not ${status}`);
  check(got.headers()["content-language"] === lang, `${name}: content-language`);
  await sound(page, seen, name, lang);
  if (shots) {
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }
  return { page, seen };
}

/** Home, then the form there. */
async function searching(context, lang, tag) {
  const { page } = await open(context, `/${lang}/`, `home-${tag}`, { lang });
  const box = page.locator("main input[type=search], .hero input[type=search]").first();
  await box.fill("cong chieng");
  await box.press("Enter");
  await page.waitForURL(/\/search\?/);
  check(new URL(page.url()).searchParams.get("q") === "cong chieng", `search-${tag}: the address lacks the words`);
  const hits = page.locator(".hits .hit");
  check(0 < (await hits.count()), `search-${tag}: nothing found`);
  const first = (await hits.first().innerText()).toLowerCase();
  check(/cồng chiêng|gong/.test(first), `search-${tag}: the first hit is ${first.slice(0, 80)}`);
  check(0 < (await page.locator(".hits mark").count()), `search-${tag}: nothing is marked`);
  const path = page.url();
  await page.close();
  const again = await open(context, path, `search-${tag}`, { lang });
  await again.page.locator(".hits h3 a").first().click();
  await again.page.waitForURL(new RegExp(`/${lang}/r/`));
  await sound(again.page, again.seen, `from-search-${tag}`, lang);
  await again.page.close();
  const none = await open(context, `/${lang}/search?q=qwrtzpsdfg`, `nothing-${tag}`, { lang });
  check((await none.page.locator(".empty").count()) === 1, `nothing-${tag}: says nothing`);
  await none.page.close();
}

/** A record, and its other language by the link in the head. */
async function switching(context, lang, tag, record) {
  const other = lang === "vi" ? "en" : "vi";
  const { page, seen } = await open(context, `/${lang}/r/${record.id}`, `record-${tag}`, { lang });
  check((await page.locator("h1").innerText()) === record.title[lang], `record-${tag}: another title`);
  check(0 < (await page.locator("main img").count()), `record-${tag}: no picture`);
  const link = page.locator(`header a[hreflang="${other}"], header a[lang="${other}"]`).first();
  const menu = page.locator(".langs summary");
  if (0 < (await menu.count()) && !(await link.isVisible())) await menu.first().click();
  await link.click();
  await page.waitForURL(new RegExp(`/${other}/r/${record.id}`));
  check((await page.locator("h1").innerText()) === record.title[other], `switch-${tag}: another title`);
  await sound(page, seen, `switch-${tag}`, other);
  await page.close();
}

/** By keyboard: the first stop leads past the head. */
async function keyboard(context, lang, tag) {
  const page = await context.newPage();
  await page.goto(new URL(`/${lang}/`, base).href);
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
  check(first?.startsWith("#"), `keyboard-${tag}: the first stop is ${first}`);
  await page.close();
}

async function main() {
  const found = await examples();
  const nowhere = "00000000-0000-7000-8000-000000000000";
  const profile = mkdtempSync(join(tmpdir(), "quangba-browser-"));
  if (shots) mkdirSync(shots, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: [...flags, `--disk-cache-dir=${profile}`] });
  try {
    for (const size of sizes) {
      for (const lang of ["vi", "en"]) {
        const tag = `${lang}-${size.width}`;
        const locale = lang === "vi" ? "vi-VN" : "en-GB";
        const context = await browser.newContext({ viewport: size, javaScriptEnabled: false, locale });
        context.setDefaultTimeout(20_000);
        await searching(context, lang, tag);
        await switching(context, lang, tag, found.shown);
        await keyboard(context, lang, tag);
        const more = {
          document: [`/${lang}/r/${found.document.id}`, 200],
          longest: [`/${lang}/r/${found.longest.id}`, 200],
          missing: [`/${lang}/r/${nowhere}`, 404],
          nowhere: [`/${lang}/no/such/page`, 404],
          gone: [`/${lang}/r/${found.gone.id}`, 410],
        };
        for (const [name, [path, status]] of Object.entries(more)) {
          await (await open(context, path, `${name}-${tag}`, { lang, status })).page.close();
        }
        await context.close();
        const paths = { home: "", search: "search?q=cong+chieng", record: `r/${found.shown.id}`, document: `r/${found.document.id}`, missing: `r/${nowhere}`, gone: `r/${found.gone.id}` };
        for (const [name, path] of Object.entries(paths)) {
          await accessible(browser, size, `/${lang}/${path}`, `${name}-${tag}`);
        }
      }
    }
    await languages(browser);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed === 0 ? 0 : 1;
}

/** `/` leads to the reader's language, and remembers the last choice. */
async function languages(browser) {
  for (const [locale, lang] of [["vi-VN", "vi"], ["en-US", "en"], ["ja-JP", "ja"]]) {
    const context = await browser.newContext({ locale, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(base.href);
    check(new URL(page.url()).pathname === `/${lang}/`, `/ leads ${locale} to ${page.url()}`);
    await page.goto(new URL("/en/", base).href);
    await page.goto(base.href);
    check(new URL(page.url()).pathname === "/en/", `/ forgets that ${locale} chose English`);
    await context.close();
  }
}

process.exitCode = await main();
