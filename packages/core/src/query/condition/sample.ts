import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { SAMPLE_PLACES, type SampleRef } from "./condition.js";

/** The upper half of the factors below 2^22: a small one would leave customers in nearly the same order for two seeds. */
const FACTORS = 2 ** 21;

/** A whole number from 0 to SAMPLE_PLACES - 1: the first four bytes of the SHA-256 of the id's UTF-8, modulo SAMPLE_PLACES. It never changes. */
export function sampleHash(id: string): number {
  return numberAt(sha256(utf8ToBytes(id)), 0, 4) % SAMPLE_PLACES;
}

/** How a seed shuffles the customers: samples of different seeds are independent. The number 7 and the text "7" are the same seed. */
export function sampleRef(seed: string | number): SampleRef {
  const digest = sha256(utf8ToBytes(`sample:${seed}`));
  return { of: "sample", factor: FACTORS + (numberAt(digest, 0, 6) % FACTORS), offset: numberAt(digest, 6, 6) % SAMPLE_PLACES };
}

/** The place of a customer's hash in the order that the seed makes. */
export function samplePlace(hash: number, { factor, offset }: SampleRef): number {
  return (hash * factor + offset) % SAMPLE_PLACES;
}

function numberAt(bytes: Uint8Array, from: number, length: number): number {
  return bytes.subarray(from, from + length).reduce((value, byte) => value * 256 + byte, 0);
}
