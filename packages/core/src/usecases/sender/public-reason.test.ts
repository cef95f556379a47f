import { describe, expect, it } from "vitest";
import { publicReason } from "./public-reason.js";

describe("publicReason", () => {
  it.each([
    ["connect https://user:hunter2@vendor.example/send?key=s3cret failed", "connect [hidden] failed"],
    ["550 no such user <jane@example.com>", "550 no such user [hidden]"],
    ["401 with Authorization: Bearer abc.def", "401 with [hidden]"],
    ["refused: api_key=abc123, sorry", "refused: [hidden] sorry"],
    ["can't text +44 20 7946 0958", "can't text [hidden]"],
    ["(see https://vendor.example/x)", "(see [hidden]"],
    ["no route to a.scheme.of.more.than.twenty+letters://host/x?key=s3cret", "no route to [hidden]"],
    ["550 <a@b>,<c@d> @ home", "550 [hidden] @ home"],
    ["HTTP 503 after 1000 ms from 127.0.0.1:2525", "HTTP 503 after 1000 ms from 127.0.0.1:2525"],
  ])("%s", (message, shown) => {
    expect(publicReason(new Error(message))).toBe(shown);
  });

  it("is short, whatever was thrown", () => {
    expect(publicReason("x".repeat(1_000_000))).toHaveLength(300);
    expect(publicReason(undefined)).toBe("undefined");
  });

  it.each(["x.", "1 ", "1(", "a:", "@a", "a@ ", "://", "basic ", "token "])("takes no longer for many times %j", (text) => {
    const reason = text.repeat(600);
    const began = process.cpuUsage();
    for (let call = 0; call < 2_000; call++) publicReason(reason);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });
});
