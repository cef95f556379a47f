import { describe, expect, it } from "vitest";
import { parseSmtpUrl } from "./smtp-url.js";

describe("parseSmtpUrl", () => {
  it.each([
    [
      "smtp://mail.example.com/?from=news@example.com",
      { host: "mail.example.com", port: 587, secure: false, tls: "offered", from: { name: "", address: "news@example.com" } },
    ],
    [
      "smtp://us%40er:p%2Fass@mail.example.com:25?from=News%20%3Cnews%40example.com%3E",
      { port: 25, tls: "required", auth: { user: "us@er", pass: "p/ass" }, from: { name: "News", address: "news@example.com" } },
    ],
    [
      "smtps://u:p@[::1]/?from=%22A, B%22 <a@example.com>&connections=20",
      { host: "::1", port: 465, secure: true, connections: 20 },
    ],
    ["smtp://u:p@localhost:1025/?from=a@example.com&tls=none", { tls: "none" }],
  ])("reads %s", (url, expected) => expect(parseSmtpUrl(url)).toMatchObject(expected));

  it.each([
    "smtp://mail.example.com",
    "smtp://mail.example.com/?from=nobody",
    "smtp://mail.example.com/?from=a@example.com%0d%0aBcc: b@example.com",
    "smtp://mail.example.com/?from=A%0aB <a@example.com>",
    "smtp://mail.example.com/?from=a@example.com,b@example.com",
    "smtp://mail.example.com/path?from=a@example.com",
    "smtp://mail.example.com/?from=a@example.com&tls=maybe",
    "smtp://mail.example.com/?from=a@example.com&connections=0",
    "smtp://mail.example.com/?from=a@example.com&requireTls=1",
    "smtp://%ff:p@mail.example.com/?from=a@example.com",
    "smtp://?from=a@example.com",
    "mailto:a@example.com",
  ])("refuses %s", (url) => expect(parseSmtpUrl(url)).toBeUndefined());
});
