import { expect, it } from "vitest";
import { Room } from "./room.js";

const bodyOf = (size: number): string => "x".repeat(size);

it("is as many messages as were asked for, where they are small", () => {
  const room = new Room(500);
  for (let n = 0; n < 40; n++) room.take(bodyOf(250));
  expect(room.free()).toBe(460);
});

it("bounds what large messages hold together, and learns how large they are", () => {
  const room = new Room(500);
  let inHand = 0;
  for (let read = 0; read < 20; read++) {
    for (let want = room.free(); want > 0; want--) {
      room.take(bodyOf(45_000));
      inHand += 45_000;
    }
  }
  expect(inHand).toBeGreaterThan(1_000_000);
  expect(inHand).toBeLessThan(4_000_000);
  expect(room.free()).toBe(0);
});

it("has room for one, however large, where nothing is in hand, and for none beside it", () => {
  const room = new Room(10);
  for (let n = 0; n < 10; n++) {
    room.take(bodyOf(5_000_000));
    expect(room.free()).toBe(0);
    room.give(bodyOf(5_000_000));
    expect(room.free()).toBe(1);
  }
});
