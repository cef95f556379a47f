import { describe, expect, it } from "vitest";
import { unsubscribeLinks } from "./unsubscribe-links.js";

const secret = "a secret of some length";
const links = unsubscribeLinks({ publicUrl: "https://crm.example/base", secret });
const tokenOf = (messageId: string, from = links) => from.urlOf(messageId).split("/").at(-1) ?? "";

describe("unsubscribeLinks", () => {
  it.each(["campaign:ada", "campaign:ada@x.example/é ☃~2", `c:${"x".repeat(490)}`])("leads back to %s", (messageId) => {
    const url = links.urlOf(messageId);
    expect(url).toMatch(/^https:\/\/crm\.example\/base\/unsubscribe\/[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
    expect(links.messageIdOf(tokenOf(messageId))).toBe(messageId);
  });

  it("knows no token that was changed, made up, or made with another secret", () => {
    const token = tokenOf("campaign:ada");
    const [id = "", proof = ""] = token.split(".");
    const [otherId = "", otherProof = ""] = tokenOf("campaign:bob").split(".");
    const foreign = tokenOf(
      "campaign:ada",
      unsubscribeLinks({ publicUrl: "https://crm.example", secret: "another secret altogether" }),
    );
    for (const forged of [
      "",
      ".",
      id,
      `${id}.`,
      `${otherId}.${proof}`,
      `${id}.${otherProof}`,
      `${id}=.${proof}`,
      `${token}.`,
      `${token}A`,
      token.slice(0, -1),
      token.toUpperCase(),
      foreign,
      "A".repeat(100_000),
    ]) {
      expect(links.messageIdOf(forged), forged.slice(0, 100)).toBeUndefined();
    }
  });
});
