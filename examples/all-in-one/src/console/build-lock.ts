import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { identityOf, isRunning, type ProcessIdentity } from "./process-identity.js";

/** What a lock file holds. */
interface Holder extends ProcessIdentity {
  /** Another one each time that the lock is taken. */
  readonly token: string;
  /** The leader of the process group that works for the holder, and may outlive it. */
  readonly group?: ProcessIdentity;
}

export interface BuildLock {
  /** Says which process group works under the lock: whoever takes it over from a dead holder ends that first. */
  works(group: ProcessIdentity | undefined): void;
  release(): void;
}

/**
 * Takes the lock, or returns undefined where a process that runs has it. A holder that is gone loses it, and what it left running is
 * killed; of several that see this at once one follows it.
 */
export function takeLock(file: string): BuildLock | undefined {
  const me = identityOf(process.pid);
  if (me === undefined) throw new Error("This process can't tell when it was started.");
  const mine: Holder = { ...me, token: randomUUID() };
  if (!create(file, mine) && !follow(file, mine)) return undefined;
  return {
    works: (group) => replace(file, group === undefined ? mine : { ...mine, group }),
    release: () => {
      if (read(file)?.token === mine.token) rmSync(file, { force: true });
    },
  };
}

/** Exclusive, and never seen half written. */
function create(file: string, holder: Holder): boolean {
  const draft = write(file, holder);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The right to follow a holder is a lock of its own, named for that holder: it is there for one follower only, ever. */
function follow(file: string, mine: Holder): boolean {
  const holder = read(file);
  if (holder === undefined) return create(file, mine);
  if (isRunning(holder)) return false;
  const right = takeLock(`${file}.${holder.token}`);
  if (right === undefined) return false;
  try {
    const found = read(file);
    if (found?.token !== holder.token) return false;
    if (found.group !== undefined && isRunning(found.group)) process.kill(-found.group.pid, "SIGKILL");
    replace(file, mine);
    return true;
  } finally {
    right.release();
  }
}

function replace(file: string, holder: Holder): void {
  renameSync(write(file, holder), file);
}

function write(file: string, holder: Holder): string {
  const draft = `${file}.${randomUUID()}.new`;
  writeFileSync(draft, JSON.stringify(holder));
  return draft;
}

/** A file that is no lock counts as absent only if it is: one that can't be read is an error, for a person to look at. */
function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${file} is no lock of a build; it can be removed where none runs.`, { cause: error });
  }
}
