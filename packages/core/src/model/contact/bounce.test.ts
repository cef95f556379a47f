import { expect, it } from "vitest";
import { bounceBy, bounceByRefusal } from "./bounce.js";

it.each([
  ["550 5.1.1 no such user", "hard", "hard"],
  ["5.1.10 null MX", "hard", "hard"],
  ["550 5.2.1 disabled", "hard", "hard"],
  ["552 5.2.2 mailbox full", "soft", "soft"],
  ["554 5.7.1 blocked by policy", "soft", undefined],
  ["no such mailbox", "soft", undefined],
  ["15.1.1 and 5.1.1234 are no codes", "soft", undefined],
  [undefined, "soft", undefined],
] as const)("%s is a %s bounce, and as a refusal %s", (reason, bounce, refusal) => {
  expect([bounceBy(reason), bounceByRefusal(reason)]).toEqual([bounce, refusal]);
});
