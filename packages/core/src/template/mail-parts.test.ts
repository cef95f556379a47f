import { expect, it } from "vitest";
import { longestGapMs } from "../longest-gap.fixture.js";
import { mailParts, plainBody } from "./mail-parts.js";
import { readHtml } from "./read-html.js";

const textOf = async (html: string): Promise<string> => (await readHtml(html)).text;

it.each<[string, string]>([
  ["<p>One</p><p>Two &amp; &eacute;</p>", "One\n\nTwo & é"],
  ["<p>One\n  line <b>and</b> <i>more</i></p>", "One line and more"],
  ["One<br>Two<br/><br>Three", "One\nTwo\n\nThree"],
  ["<div>One</div><div>Two</div>", "One\nTwo"],
  ["<h1>Hi</h1>There<ul><li>One</li><li><p>Two</p></li></ul>", "Hi\n\nThere\n\n- One\n- Two"],
  ["<table><tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr></table>", "A 1\nB 2"],
  ['<p>Our <a href="https://x.test/a?b=1&amp;c=2">shop</a>.</p>', "Our shop (https://x.test/a?b=1&c=2)."],
  ['<a href="https://x.test/">https://x.test/</a> <a href="mailto:a@x.test">a@x.test</a>', "https://x.test/ a@x.test"],
  ['<a href="https://x.test/"><img src="x.png" alt="Sale"></a>', "Sale (https://x.test/)"],
  ['<a href="https://x.test/"><img src="x.png"></a><a href="#top">Up</a>', "https://x.test/Up"],
  ["<head><title>T</title><style>p { color: red }</style></head><script>1 < 2</script>Seen<!-- not seen -->", "Seen"],
  ["<head><title>T</title><body>Nobody closed it", "Nobody closed it"],
  ["One<hr>Two", "One\n\n---\n\nTwo"],
  ["", ""],
])("reads %j as text", async (html, text) => expect(await textOf(html)).toBe(text));

it("is plain text where there is no markup, with its line breaks", async () => {
  expect(plainBody("Hi Ann &amp; Bob,\n\n1 < 2")).toBe("Hi Ann & Bob,\n\n1 < 2");
  expect(plainBody("Hi&nbsp;Ann")).toBeUndefined();
  expect(await mailParts({ body: "Hi,\n\nAnn &lt;3" })).toEqual({ body: "Hi,\n\nAnn &lt;3", text: "Hi,\n\nAnn <3" });
  const { body, text } = await mailParts({ body: "Hi,\nAnn", preheader: "<b>" });
  expect(body).toMatch(/^<div style="[^"]*display:none[^"]*">&lt;b&gt;<\/div><div style="white-space:pre-wrap">Hi,\nAnn<\/div>$/);
  expect(text).toBe("Hi,\nAnn");
});

it.each<[string, string]>([
  ["<p>Hi</p>", "|<p>Hi</p>"],
  [
    "<!DOCTYPE html><html><head><title>T</title></head><body class='a > b'>Hi",
    "<!DOCTYPE html><html><head><title>T</title></head><body class='a > b'>|Hi",
  ],
  [
    "<!doctype html>\n<html><head><meta charset=utf-8></head>\n<p>Hi",
    "<!doctype html>\n<html><head><meta charset=utf-8></head>|\n<p>Hi",
  ],
  ["Hi <body>", "|Hi <body>"],
])("hides a preheader where the body of %j begins, and leaves it out of the text", async (html, marked) => {
  const { body, text } = await mailParts({ body: html, preheader: "Look" });
  expect(body.replace(/<div style="display:none[^>]*>Look<\/div>/, "|")).toBe(marked);
  expect(text).toBe("Hi");
});

it("takes a text that is given as it is", async () => {
  expect(await mailParts({ body: "<p>Hi</p>", text: " Own\n" })).toEqual({ body: "<p>Hi</p>", text: " Own\n" });
});

it.each([
  ["nested", "<div>", 200_000],
  ["unclosed paragraphs", "<p>", 300_000],
  ["links", '<a href="https://x.test/">', 40_000],
  ["comments that never end", "<!--", 250_000],
  ["brackets", "<", 1_000_000],
  ["spaces", " ", 1_000_000],
  ["lists", "<ol><li>x", 100_000],
  ["entities", "&amp", 250_000],
  ["attributes", "<a href=x ", 100_000],
])("reads a megabyte of %s in time that grows with its length, and leaves others their turn", async (_, piece, times) => {
  const took = async (count: number): Promise<number> => {
    const began = performance.now();
    await readHtml(piece.repeat(count));
    return performance.now() - began;
  };
  await took(times / 100);
  expect(await longestGapMs(() => took(times))).toBeLessThan(300);
  expect(await took(times)).toBeLessThan(3_000);
});
