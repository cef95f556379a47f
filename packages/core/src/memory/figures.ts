import { compareCodePoints } from "../model/code-points.js";
import type { Figure, Figures, StaleMark } from "../ports/figures.js";
import type { Clock } from "../ports/runtime.js";
import type { Sync } from "./async-port.js";

export function memoryFigures(now: Clock): Sync<Figures> {
  const marks = new Map<string, StaleMark>();
  const kept = new Map<string, Figure & { readonly epoch: number }>();
  const versions = new Map<string, number>();
  let last = 0;
  const plain = ({ key, value }: Figure): Figure => ({ key, value });
  return {
    mark: (hours) => {
      if (hours.length === 0) return;
      last += 1;
      marks.set(String(last), { id: String(last), at: now(), hours });
    },
    marks: (limit) => [...marks.values()].slice(0, limit),
    settle: (ids) => {
      for (const id of ids) marks.delete(id);
    },
    keep: (figures, epoch) => {
      for (const figure of figures) {
        if ((kept.get(figure.key)?.epoch ?? epoch) <= epoch) kept.set(figure.key, { ...figure, epoch });
      }
    },
    get: (keys) => [...new Set(keys)].flatMap((key) => kept.get(key) ?? []).map(plain),
    touch: (subjects) => {
      for (const subject of subjects) versions.set(subject, (versions.get(subject) ?? 0) + 1);
    },
    versions: (subjects) => new Map(subjects.map((subject) => [subject, versions.get(subject) ?? 0])),
    list: ({ from, to }) =>
      [...kept.values()]
        .filter(({ key }) => compareCodePoints(key, from) >= 0 && compareCodePoints(key, to) < 0)
        .sort((a, b) => compareCodePoints(a.key, b.key))
        .map(plain),
  };
}
