import { readHtml } from "./read-html.js";

/** What a template makes of values in an e-mail: a body with no other markup than these was written as plain text. */
const ESCAPED = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&#34;", '"'],
  ["&#39;", "'"],
]);
const ENTITY = /&#?[A-Za-z0-9]{1,31};/g;
/** Read by mail programs that list it beside the subject, and shown by none in the message. */
const HIDDEN = "display:none;max-height:0;overflow:hidden;mso-hide:all";

/** The body of an e-mail without any markup, as the plain text that it is, with its line breaks; undefined for one that is HTML. */
export function plainBody(body: string): string | undefined {
  const entities = body.match(ENTITY) ?? [];
  const isPlain = !/<[A-Za-z!/]/.test(body) && entities.every((entity) => ESCAPED.has(entity));
  return isPlain ? body.replace(ENTITY, (entity) => ESCAPED.get(entity) ?? entity) : undefined;
}

/**
 * The two forms of an e-mail: HTML, with the preheader hidden where the body begins, and text, which is read off the HTML unless it is
 * given. A body without markup stays as it is, unless something must go beside it.
 */
export async function mailParts(rendered: {
  readonly body: string;
  readonly text?: string | undefined;
  readonly preheader?: string | undefined;
}): Promise<{ readonly body: string; readonly text: string }> {
  const { preheader } = rendered;
  const plain = plainBody(rendered.body);
  const isLone = plain !== undefined && rendered.text === undefined && preheader === undefined;
  if (isLone) return { body: rendered.body, text: plain };
  const html = plain === undefined ? rendered.body : `<div style="white-space:pre-wrap">${rendered.body}</div>`;
  if (preheader === undefined && rendered.text !== undefined) return { body: html, text: rendered.text };
  const { text, bodyStart } = await readHtml(html);
  return { body: withPreheader(html, bodyStart, preheader), text: rendered.text ?? plain ?? text };
}

function withPreheader(html: string, bodyStart: number, preheader = ""): string {
  if (preheader === "") return html;
  return `${html.slice(0, bodyStart)}<div style="${HIDDEN}">${escapeHtml(preheader)}</div>${html.slice(bodyStart)}`;
}

function escapeHtml(text: string): string {
  const names = new Map([...ESCAPED].map(([entity, character]) => [character, entity]));
  return text.replace(/[&<>"']/g, (character) => names.get(character) ?? character);
}
