import { expect, it } from "vitest";
import { addressHasher } from "./address-hash.js";

const KEY = "0123456789abcdef0123456789abcdef";

it("the hash of an address is of its key, its field and itself, and says nothing of it", () => {
  const { hash } = addressHasher(KEY);
  expect(hash("email", "kim@example.com")).toMatch(/^1:[0-9a-f]{32}$/);
  expect(hash("email", "kim@example.com")).toBe(addressHasher(KEY).hash("email", "kim@example.com"));
  const others = [
    hash("email", "jo@example.com"),
    hash("phone", "kim@example.com"),
    addressHasher(`${KEY}1`).hash("email", "kim@example.com"),
  ];
  expect(new Set([hash("email", "kim@example.com"), ...others]).size).toBe(4);
});

it("the id of who is known by an address alone is a UUID that every process with the key derives alike", () => {
  const { customerId } = addressHasher(KEY);
  const kim = ["email", "kim@example.com"] as const;
  expect(customerId(...kim, 0)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(customerId(...kim, 0)).toBe(addressHasher(KEY).customerId(...kim, 0));
  expect(customerId(...kim, 0)).not.toBe(addressHasher(`${KEY}1`).customerId(...kim, 0));
  expect(customerId("phone", "+442079460000", 0)).not.toBe(customerId("phone", "+442079460001", 0));
  expect(new Set([0, 1, 2].map((erasures) => customerId(...kim, erasures))).size).toBe(3);
});
