import { createHash } from "node:crypto";
import type { Behaviour, MessageAnswer } from "./behaviour.js";
import type { Patience } from "./patience.js";

/** An answer by HTTP. */
export interface Reply {
  readonly status: number;
  readonly retryAfterS?: number;
  /** One for each message; none is taken where the status is not 200. */
  readonly answers: readonly MessageAnswer[];
}

/** By HTTP, a vendor that throttles answers message by message, or refuses the call, and says when to come back or not. */
const WAYS_TO_THROTTLE = ["results", "status", "status and Retry-After"] as const;
const RETRY_AFTER_S = 1;

/** Makes the function that says how a call with these keys fares. */
export function createReplies(patience: Patience): (keys: readonly string[], behaviour: Behaviour) => Reply {
  let throttled = 0;

  const throttle = (answers: readonly MessageAnswer[], perSecond: number): Reply => {
    const wanted = answers.filter((answer) => answer === "accepted").length;
    if (patience.takeAll(wanted, perSecond)) return { status: 200, answers };
    const way = WAYS_TO_THROTTLE[throttled++ % WAYS_TO_THROTTLE.length];
    if (way === "results") {
      let room = patience.take(wanted, perSecond);
      return { status: 200, answers: answers.map((answer) => (answer === "accepted" && room-- <= 0 ? "throttled" : answer)) };
    }
    const retryAfter = way === "status" ? {} : { retryAfterS: RETRY_AFTER_S };
    return { status: 429, ...retryAfter, answers: answers.map(() => "throttled") };
  };

  return (keys, behaviour) => {
    const { httpStatus = 200, retryAfterS, greylistMs = 0, throttlePerSecond } = behaviour;
    if (httpStatus !== 200) {
      return { status: httpStatus, answers: keys.map(() => "retry"), ...(retryAfterS === undefined ? {} : { retryAfterS }) };
    }
    const answers = keys.map((key) => (patience.isGreylisted(key, greylistMs) ? "retry" : answerFor(key, behaviour)));
    return throttlePerSecond === undefined ? { status: 200, answers } : throttle(answers, throttlePerSecond);
  };
}

/** A function of the key: the same message gets the same answer each time. */
function answerFor(key: string, { rejectShare = 0, retryShare = 0 }: Behaviour): MessageAnswer {
  if (rejectShare + retryShare === 0) return "accepted";
  const share = createHash("sha256").update(key).digest().readUInt32BE(0) / 2 ** 32;
  if (share < rejectShare) return "rejected";
  return share < rejectShare + retryShare ? "retry" : "accepted";
}
