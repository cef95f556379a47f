// Pictures of pages of a running console: node scripts/pictures.mjs URL FOLDER [PATH…], light and dark, wide and narrow.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [url, folder, ...paths] = process.argv.slice(2);
if (url === undefined || folder === undefined) {
  console.error("node scripts/pictures.mjs URL FOLDER [PATH…]");
  process.exit(64);
}
const PAGES = ["/", "/campaigns", "/segments", "/customers", "/orders", "/uploads", "/operations"];
const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 860 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 860 } },
  { name: "narrow", colorScheme: "light", viewport: { width: 390, height: 844 } },
];

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
for (const { name, ...look } of LOOKS) {
  const context = await browser.newContext({ ...look, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(`${name}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") console.error(`${name}: ${message.text()}`);
  });
  for (const path of paths.length > 0 ? paths : PAGES) {
    await page.goto(new URL(path, url).href, { waitUntil: "load" });
    await page.waitForTimeout(2_500);
    const file = `${folder}/${path.replaceAll(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "dashboard"}.${name}.png`;
    await page.screenshot({ path: file, fullPage: true });
    console.log(file);
  }
  await context.close();
}
await browser.close();
