import assert from "node:assert/strict";
import { hasCode, type Store } from "@crm-engine/core/ports";
import type { Command } from "../model/wire.fixture.js";
import type { Cut, CuttingLine } from "./cutting-line.fixture.js";
import type { Deed, WritePath } from "./write-path.fixture.js";

const MOST_REPETITIONS = 10;

/** One server, reached by a line that can be cut, and by one that is not. */
export interface Ways {
  readonly line: CuttingLine;
  readonly cut: Store;
  readonly direct: Store;
}

/** A command within a path: its name with the collection, and its index among those of the same name. */
interface CutPoint {
  readonly command: string;
  readonly place: number;
}

interface Seen {
  readonly answer: unknown;
  readonly state: unknown;
}

/**
 * Runs a path uncut, and then once for every way to cut it: at each of its commands, before the server gets it or after, once or
 * twice. A rejected call is repeated while it is unavailable, and must end in the state of the uncut run; a call that was answered
 * must have its answer too. Returns the number of cuts, and those that made a difference.
 */
export async function cutEverywhere(
  path: WritePath,
  ways: Ways,
  idOf: () => string,
  isCut: (command: Command) => boolean = () => true,
): Promise<{ readonly cuts: number; readonly differences: readonly string[] }> {
  const { commands, expected } = await runUncut(path, ways, idOf());
  const cuts = pointsOf(commands.filter(isCut)).flatMap((point) => HOW.map((how) => ({ ...point, ...how })));
  const differences: string[] = [];
  for (const cut of cuts) {
    const { command, place, when, times } = cut;
    await runCut(path, ways, idOf(), cut, expected).catch((error: Error) =>
      differences.push(`${command} (${place}), cut ${when} it, ${times} times: ${error.message}`),
    );
  }
  return { cuts: cuts.length, differences };
}

type PlannedCut = CutPoint & Pick<Cut, "when" | "times">;

const HOW: readonly Pick<Cut, "when" | "times">[] = [
  { when: "before", times: 1 },
  { when: "after", times: 1 },
  { when: "before", times: 2 },
  { when: "after", times: 2 },
];

async function runUncut(
  path: WritePath,
  { line, cut, direct }: Ways,
  id: string,
): Promise<{ readonly expected: Seen; readonly commands: readonly Command[] }> {
  const { act, state } = await path.prepare(direct, id);
  await settled(cut);
  line.arm();
  const answer = await act(cut);
  const commands = line.seen();
  return { commands, expected: plain(id, { answer, state: await state() }) };
}

function pointsOf(commands: readonly Command[]): readonly CutPoint[] {
  const names = commands.map(nameOf);
  return names.map((command, index) => ({ command, place: names.slice(0, index).filter((other) => other === command).length }));
}

async function runCut(path: WritePath, ways: Ways, id: string, planned: PlannedCut, expected: Seen): Promise<void> {
  const { line, cut, direct } = ways;
  const { command, place, when, times } = planned;
  const deed = await path.prepare(direct, id);
  await settled(cut);
  line.arm({ when, times, meets: (seen) => nameOf(seen) === command, skip: place });
  const { answer, rejections } = await repeat(deed, cut);
  const cuts = line.cuts();
  line.arm();
  assert.ok(cuts > 0, "the line was cut");
  const seen = plain(id, { answer, state: await deed.state() });
  assert.deepEqual(seen.state, expected.state);
  if (rejections === 0) assert.deepEqual(seen.answer, expected.answer);
}

/** Waits until the client has recovered from the previous cut. */
async function settled(store: Store): Promise<void> {
  await repeat({ act: (by) => by.info() }, store);
}

async function repeat(
  { act, recover }: Pick<Deed, "act" | "recover">,
  by: Store,
): Promise<{ readonly answer: unknown; readonly rejections: number }> {
  for (let rejections = 0; ; rejections++) {
    try {
      if (rejections > 0) await recover?.();
      return { answer: await act(by), rejections };
    } catch (error) {
      if (!hasCode(error, "unavailable") || rejections === MOST_REPETITIONS) throw error;
    }
  }
}

function nameOf({ name, body }: Command): string {
  return `${name} ${body[name]}`;
}

/** Without the id that tells runs apart. */
function plain(id: string, seen: Seen): Seen {
  const text = JSON.stringify(seen, (_key, value) => (value instanceof Set ? [...value].sort() : value));
  return JSON.parse(text.replaceAll(id, "")) as Seen;
}

/** Whether a command changes anything. */
export function isWrite({ name, body }: Command): boolean {
  return WRITES.has(name) || (name === "aggregate" && JSON.stringify(body.pipeline).includes('"$merge"'));
}

const WRITES: ReadonlySet<string> = new Set(["insert", "update", "delete", "findAndModify"]);
