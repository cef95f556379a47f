import { expect, it } from "vitest";
import { closeStack } from "./close-stack.js";

it("closes what was added, last first, once, and every part even where one fails", async () => {
  const order: string[] = [];
  const part = (name: string, fails = false) => ({
    close: async () => {
      order.push(name);
      if (fails) throw new Error(`${name} failed`);
    },
  });
  const stack = closeStack();
  for (const added of [part("store"), part("queue", true), part("engine")]) stack.add(added);
  await expect(Promise.all([stack.close(), stack.close()])).rejects.toThrow("queue failed");
  expect(order).toEqual(["engine", "queue", "store"]);
});
