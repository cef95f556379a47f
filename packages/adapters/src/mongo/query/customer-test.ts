import { type Condition, type ConsentRef, evaluate, SAMPLE_PLACES, type SampleRef, type Test } from "@crm-engine/core/ports";
import type { Document } from "mongodb";
import {
  type CompileTest,
  compileCondition,
  NO_ONE,
  numberPaths,
  type PathOf,
  pathsOf,
  predicate,
  testAt,
} from "./compile-condition.js";

/** Tests that a customer's document, which lies below `prefix`, decides by itself. */
export function customerTest(prefix = ""): CompileTest {
  return (test) => {
    const { field } = test;
    switch (field.of) {
      case "customer":
        return testAt(
          test,
          pathsOf(field.type, prefix + (field.name === "id" ? "_id" : field.name), `${prefix}folded.${field.name}`),
        );
      case "consent":
        return consentTest(test, field, prefix);
      case "mark":
        return testAt(test, textAt(`${prefix}marks.${field.channel}.refusal`));
      case "attribute": {
        const inner = test.kind === "present" ? {} : predicate(test, ATTRIBUTE_SLOTS);
        return inner ? { [`${prefix}attributes`]: { $elemMatch: { k: { $eq: field.name }, ...inner } } } : NO_ONE;
      }
      case "sample":
        return sampleTest(test, field, prefix);
      // No customer's document has these.
      case "orders":
      case "messages":
      case "order":
      case "item":
        return NO_ONE;
    }
  };
}

/** Where nobody said anything, the test is of what that means. */
function consentTest(test: Test, { channel, otherwise }: ConsentRef, prefix: string): Document {
  const path = `${prefix}consent.${channel}.state`;
  const said = testAt(test, textAt(path));
  const holdsUnsaid = otherwise !== undefined && evaluate(test, () => otherwise);
  return holdsUnsaid ? { $or: [said, { [path]: { $exists: false } }] } : said;
}

/** Text that folding does not change. */
function textAt(path: string): PathOf {
  return pathsOf("text", path, path);
}

const ATTRIBUTE_SLOTS: PathOf = (slot) => slot;

/** In a sample that isn't shuffled, the place is the hash itself, which has an index. */
function sampleTest(test: Test, sample: SampleRef, prefix: string): Document {
  const hash = `${prefix}sampleHash`;
  if (sample.factor === 1 && sample.offset === 0) return testAt(test, numberPaths(hash));
  const place = placeOf(`$${hash}`, sample);
  switch (test.kind) {
    case "present":
      return {};
    case "typed":
      return test.type === "number" || test.type === "date" ? {} : NO_ONE;
    case "compare":
      return { $expr: { [`$${test.how}`]: [place, { $literal: test.value }] } };
    case "numberIn":
      return { $expr: { $in: [place, { $literal: test.values }] } };
    case "within":
      return compileCondition(
        { kind: "any", of: test.ranges.map(({ from, to }) => between(sample, from, to)) },
        customerTest(prefix),
      );
    // A place is a number.
    case "textIn":
    case "textLike":
    case "is":
    case "includes":
    case "empty":
      return NO_ONE;
  }
}

function between(field: SampleRef, from: number | undefined, to: number | undefined): Condition {
  return {
    kind: "all",
    of: [
      ...(from === undefined ? [] : [{ kind: "compare", field, how: "gte", value: from } as const]),
      ...(to === undefined ? [] : [{ kind: "compare", field, how: "lt", value: to } as const]),
    ],
  };
}

/** As core's `samplePlace`: no number here reaches 2^53, above which not every server computes an exact remainder. */
function placeOf(hash: string, { factor, offset }: SampleRef): Document {
  return { $mod: [{ $add: [{ $multiply: [hash, factor] }, offset] }, SAMPLE_PLACES] };
}
