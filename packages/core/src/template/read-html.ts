import { Tokenizer } from "htmlparser2";
import { isSliceOver, nextTurn } from "../event-loop.js";

/** What a program that sends HTML must know of it. */
export interface ReadHtml {
  /** What it says, for people who see no HTML: paragraphs, lists, and links with their addresses. */
  readonly text: string;
  /** Where its body begins: behind the tags that go before it. */
  readonly bodyStart: number;
}

/** Characters read in one step. */
const STEP = 16_384;
const UNSEEN = new Set(["head", "script", "style", "title", "template", "noscript"]);
const BEFORE_BODY = new Set(["html", "head", "meta", "link", "base", "script", "style", "title"]);
const PARAGRAPHS = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre", "hr"]);
const LINES = new Set(["br", "div", "li", "tr", "section", "article", "header", "footer", "main", "address", "dt", "dd"]);
const BULLET = "- ";
const CELLS = new Set(["td", "th"]);

/** Reads HTML in steps, with turns for others between them, in time that grows with its length alone. */
export async function readHtml(html: string): Promise<ReadHtml> {
  const reader = new Reader(html);
  const tokenizer = new Tokenizer({ decodeEntities: true }, reader);
  for (let at = 0; at < html.length; at += STEP) {
    tokenizer.write(html.slice(at, at + STEP));
    if (isSliceOver()) await nextTurn();
  }
  tokenizer.end();
  return { text: reader.text(), bodyStart: reader.bodyStart };
}

type Handlers = ConstructorParameters<typeof Tokenizer>[1];

/** Keeps no tree: what it remembers of where it is does not grow with the depth of the tags. */
class Reader implements Handlers {
  bodyStart = 0;
  readonly #html: string;
  readonly #lines: string[] = [];
  /** In pieces: joining them as they come would take the line's length for each. */
  #line: string[] = [];
  /** What goes before the next word. */
  #bullet = "";
  /** White space stands before the next word. */
  #space = false;
  /** An empty line is due before the next word. */
  #gap = false;
  #started = false;
  /** The tag whose content nobody sees. */
  #unseen: string | undefined;
  #tag = "";
  #attribute = "";
  #values = new Map<string, string>();
  #link: { readonly href: string; readonly line: number; readonly from: number } | undefined;

  constructor(html: string) {
    this.#html = html;
  }

  text(): string {
    this.#endLine();
    return this.#lines.join("\n");
  }

  ontext(start: number, end: number): void {
    this.#say(this.#html.slice(start, end));
  }

  ontextentity(codepoint: number): void {
    this.#say(String.fromCodePoint(codepoint));
  }

  onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#values.clear();
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, end).toLowerCase();
  }

  onattribdata(start: number, end: number): void {
    this.#keep(this.#html.slice(start, end));
  }

  onattribentity(codepoint: number): void {
    this.#keep(String.fromCodePoint(codepoint));
  }

  onopentagend(end: number): void {
    this.#open(end + 1);
  }

  onselfclosingtag(end: number): void {
    this.#open(end + 1);
  }

  onclosetag(start: number, end: number): void {
    const tag = this.#html.slice(start, end).toLowerCase();
    if (tag === this.#unseen) {
      this.#unseen = undefined;
      if (!this.#started && tag === "head") this.bodyStart = this.#html.indexOf(">", end) + 1 || this.bodyStart;
    }
    if (this.#unseen !== undefined) return;
    if (tag === "a") this.#endLink();
    this.#breakAt(tag);
  }

  ondeclaration(_: number, end: number): void {
    if (!this.#started) this.bodyStart = end + 1;
  }

  onattribend(): void {}
  oncdata(): void {}
  oncomment(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}

  #keep(value: string): void {
    if (this.#attribute !== "href" && this.#attribute !== "alt") return;
    this.#values.set(this.#attribute, (this.#values.get(this.#attribute) ?? "") + value);
  }

  #open(end: number): void {
    const tag = this.#tag;
    if (!this.#started && (tag === "html" || tag === "body")) this.bodyStart = end;
    if (!BEFORE_BODY.has(tag)) this.#started = true;
    if (this.#unseen !== undefined) {
      // Nobody closed the head: its end tag may be left out.
      if (this.#unseen !== "head" || BEFORE_BODY.has(tag)) return;
      this.#unseen = undefined;
    }
    if (UNSEEN.has(tag)) {
      this.#unseen = tag;
      return;
    }
    this.#breakAt(tag);
    if (tag === "li") this.#bullet = BULLET;
    else if (tag === "hr") this.#say("---");
    else if (tag === "img") this.#say(this.#values.get("alt") ?? "");
    else if (tag === "a")
      this.#link = { href: this.#values.get("href") ?? "", line: this.#lines.length, from: this.#line.length };
    if (tag === "hr") this.#breakAt(tag);
  }

  /** White space is one space, and none where a line begins or ends. */
  #say(text: string): void {
    if (this.#unseen !== undefined) return;
    for (const [index, word] of text.split(/[ \t\r\n\f]+/).entries()) {
      if (index > 0) this.#space = true;
      if (word === "") continue;
      this.#started = true;
      const isFirst = this.#line.length === 0;
      if (this.#gap && this.#lines.length > 0 && isFirst) this.#lines.push("");
      this.#gap = false;
      this.#line.push(isFirst ? this.#bullet + word : this.#space ? ` ${word}` : word);
      this.#bullet = "";
      this.#space = false;
    }
  }

  #breakAt(tag: string): void {
    if (CELLS.has(tag)) this.#space = true;
    const isParagraph = PARAGRAPHS.has(tag);
    if (!isParagraph && !LINES.has(tag)) return;
    if (tag === "br" && this.#line.length === 0) this.#gap = true;
    this.#endLine();
    if (isParagraph && this.#bullet === "") this.#gap = true;
  }

  #endLine(): void {
    if (this.#line.length > 0) this.#lines.push(this.#line.join(""));
    this.#line = [];
    this.#space = false;
  }

  /** The address stands behind the words, unless they are the address. */
  #endLink(): void {
    const link = this.#link;
    this.#link = undefined;
    if (!link || !/^(https?:|mailto:|tel:)/i.test(link.href)) return;
    const words = link.line === this.#lines.length ? this.#line.slice(link.from).join("").trim() : "";
    if (words === link.href || `mailto:${words}` === link.href) return;
    this.#space = true;
    this.#say(this.#line.length === 0 ? link.href : `(${link.href})`);
  }
}
