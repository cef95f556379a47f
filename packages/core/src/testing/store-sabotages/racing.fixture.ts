import { pause } from "../expect.js";

/** Of calls at the same time only the first has an effect. */
export function losingRaces<A extends readonly unknown[], R>(
  state: { busy: boolean },
  call: (...args: A) => Promise<R>,
  lost: (...args: A) => R,
) {
  return async (...args: A): Promise<R> => {
    if (state.busy) return lost(...args);
    state.busy = true;
    try {
      await pause(1);
      return await call(...args);
    } finally {
      state.busy = false;
    }
  };
}

/** Calls at the same time get the same answer. */
export function sharingAnswers<A extends readonly unknown[], R>(
  state: { answer?: Promise<R> | undefined },
  call: (...args: A) => Promise<R>,
) {
  return (...args: A): Promise<R> => {
    state.answer ??= pause(1)
      .then(() => call(...args))
      .finally(() => {
        state.answer = undefined;
      });
    return state.answer;
  };
}
