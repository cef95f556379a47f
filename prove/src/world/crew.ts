import type { CrmProcess } from "@crm-engine/servers";
import type { Random } from "../random.js";
import { until } from "./until.js";

/** Processes that do the same, one in each place; who is killed is replaced at once. */
export interface Crew {
  members(): readonly CrmProcess[];
  /** A member, by chance, that is up; waits for one. */
  pick(random: Random): Promise<CrmProcess>;
  /** Puts another in the place of a member that has gone, or is going. It has been started then, and need not be up. */
  replace(member: CrmProcess): CrmProcess;
  /** Kills one, by chance, that is up, when it is told to (at once, unless told otherwise). Settles when it is gone, and another started. */
  killOne(random: Random, when?: (victim: CrmProcess) => Promise<void>): Promise<void>;
  /** All are up. */
  ready(): Promise<void>;
}

/** `start` starts the process of one place; its name may be used again after a kill. */
export function createCrew(places: readonly string[], start: (place: string) => CrmProcess): Crew {
  const crew = new Map(places.map((place) => [place, start(place)]));
  const members = () => [...crew.values()];
  const pick = async (random: Random) => {
    const up = await until(
      "one of the processes is up",
      () => {
        const found = members().filter((member) => member.isUp());
        return found.length > 0 && found;
      },
      { timeoutMs: 60_000, everyMs: 20 },
    );
    return random.pick(up);
  };
  const replace = (member: CrmProcess) => {
    const place = [...crew].find(([, present]) => present === member)?.[0];
    if (place === undefined) throw new Error(`${member.name} is not of this crew`);
    const next = start(place);
    crew.set(place, next);
    return next;
  };
  return {
    members,
    pick,
    replace,
    killOne: async (random, when) => {
      const victim = await pick(random);
      await when?.(victim);
      const gone = victim.kill();
      replace(victim);
      await gone;
    },
    ready: async () => void (await Promise.all(members().map((member) => member.ready))),
  };
}
