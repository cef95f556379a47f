import { expect, it } from "vitest";
import { parseMailbox } from "./mailbox.js";

it.each([
  ["news@example.com", { name: "", address: "news@example.com" }],
  [" News <News@Example.com> ", { name: "News", address: "news@example.com" }],
  ['"Smith, Ann" <ann@bücher.example>', { name: "Smith, Ann", address: "ann@xn--bcher-kva.example" }],
  ["Zoë <a@b.example>", { name: "Zoë", address: "a@b.example" }],
])("reads %j", (text, mailbox) => expect(parseMailbox(text)).toEqual(mailbox));

it.each([
  "",
  "News",
  "News <news>",
  "a@b.example, c@d.example",
  "A <a@b.example>, B <c@d.example>",
  "A\r\nBcc: all@b.example <a@b.example>",
  "A\u2028B <a@b.example>",
  "A <a@b.example\r\nBcc: x@y.example>",
  "a@b.example\nBcc: x@y.example",
  "A <a@b.example> <c@d.example>",
  "zoë@b.example",
])("refuses %j", (text) => expect(parseMailbox(text)).toBeUndefined());
