import { beforeAll, describe, expect, it } from "vitest";
import { needs, serviceUrl } from "../../../test/service-url.js";
const url = serviceUrl("redis");
describe("a", needs("redis", "rabbitmq", "mongo"), () => {
  beforeAll(() => { if (!url) throw new Error("ran a hook") });
  it("x", () => { console.log(url, serviceUrl("mongo")); expect(url).not.toBe(""); });
  describe("inner", () => { it.each([1, 2])("y %s", () => {}) ; });
});
describe("b", needs("docker"), () => { it("z", () => {}); });
