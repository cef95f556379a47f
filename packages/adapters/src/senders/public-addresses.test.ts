import type { LookupAddress } from "node:dns";
import { describe, expect, it } from "vitest";
import { isPublicAddress, namesPrivateAddress, publicLookup } from "./public-addresses.js";

describe("isPublicAddress", () => {
  it.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])("%s is", (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "not an address",
  ])("%s is not", (address) => expect(isPublicAddress(address)).toBe(false));
});

it.each([
  ["https://127.1/", true],
  ["https://0x7f000001/", true],
  ["https://2130706433/", true],
  ["https://[::1]/", true],
  ["https://[::ffff:127.0.0.1]/", true],
  ["https://8.8.8.8/", false],
  ["https://vendor.example/", false],
])("%s names a private address: %s", (url, expected) => expect(namesPrivateAddress(new URL(url))).toBe(expected));

it("resolves a name to no address that is not public", async () => {
  const found = new Promise<readonly LookupAddress[] | string>((resolve, reject) =>
    publicLookup("localhost", { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  );
  await expect(found).rejects.toThrow("localhost has no public address");
});
