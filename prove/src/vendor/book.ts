import type { Behaviour, JournalCall } from "./behaviour.js";
import type { JournalWriter } from "./journal.js";

/** What a vendor was told to do, and what it has got, whichever way it came. */
export interface Book {
  /** One worker's calls, or everybody else's, fare like this from now on. */
  behave(behaviour: Behaviour, worker?: string): void;
  behaviourFor(worker: string): Behaviour;
  /** A call has come. */
  came(): void;
  /** It is in the journal when this returns. */
  write(call: Omit<JournalCall, "at">): void;
  counts(): { readonly calls: number; readonly accepted: number; readonly keys: number };
}

export function createBook(journal: JournalWriter): Book {
  const behaviours = new Map<string | undefined, Behaviour>();
  const keys = new Set<string>();
  let calls = 0;
  let accepted = 0;
  return {
    behave: (behaviour, worker) => void behaviours.set(worker, behaviour),
    behaviourFor: (worker) => behaviours.get(worker) ?? behaviours.get(undefined) ?? {},
    came: () => {
      calls += 1;
    },
    write: (call) => {
      for (const [key, , , , answer] of call.messages) {
        if (answer !== "accepted") continue;
        accepted += 1;
        keys.add(key);
      }
      journal.append({ at: Date.now(), ...call });
    },
    counts: () => ({ calls, accepted, keys: keys.size }),
  };
}
