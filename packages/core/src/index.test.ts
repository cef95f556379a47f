import { expect, it } from "vitest";
import * as core from "./index.js";

/** What an embedder and an adapter's author can reach. A name more is a promise more: think before you add one. */
it("exports these values and no others", () => {
  expect(Object.keys(core).sort()).toMatchInlineSnapshot(`
    [
      "CrmError",
      "ORDER_LINE_PRESETS",
      "all",
      "any",
      "attribute",
      "attributesOf",
      "consent",
      "createEngine",
      "describe",
      "field",
      "hasCode",
      "messages",
      "not",
      "orderField",
      "orders",
      "sample",
      "segment",
    ]
  `);
});
