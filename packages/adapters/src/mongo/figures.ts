import { randomUUID } from "node:crypto";
import type { Figure, Figures, Instant } from "@crm-engine/core/ports";
import type { Collection } from "mongodb";
import type { Connection } from "./database/connection.js";
import { insertIfAbsent } from "./database/insert-if-absent.js";
import { readServerClock } from "./database/server-clock.js";
import { updateOrMake } from "./database/update-or-make.js";
import type { Collections, FigureDocument } from "./schema/collections.js";

export function mongoFigures({ use }: Connection): Figures {
  return {
    mark: (hours) => use(async (collections, client) => leaveMark(collections, hours, await readServerClock(client))),
    marks: (limit) =>
      use(async ({ staleMarks }) => {
        const found = await staleMarks.find({}).sort({ at: 1, _id: 1 }).limit(limit).toArray();
        return found.map(({ _id: id, at, hours }) => ({ id, at, hours }));
      }),
    settle: (ids) => use(async ({ staleMarks }) => void (await staleMarks.deleteMany({ _id: { $in: ids } }))),
    keep: (kept, epoch) => use(({ figures }) => keepFigures(figures, kept, epoch)),
    get: (keys) => use(async ({ figures }) => (await figures.find({ _id: { $in: keys } }).toArray()).map(toFigure)),
    touch: (subjects) => use((collections) => touch(collections, subjects)),
    versions: (subjects) =>
      use(async ({ figureVersions }) => {
        const found = await figureVersions.find({ _id: { $in: subjects } }).toArray();
        const touched = new Map(found.map(({ _id, version }) => [_id, version]));
        return new Map(subjects.map((subject) => [subject, touched.get(subject) ?? 0]));
      }),
    list: ({ from, to }) =>
      use(async ({ figures }) =>
        (
          await figures
            .find({ _id: { $gte: from, $lt: to } })
            .sort({ _id: 1 })
            .toArray()
        ).map(toFigure),
      ),
  };
}

/** A mark that is there is this call's own, which the driver has sent twice. */
export async function leaveMark({ staleMarks }: Collections, hours: readonly number[], at: Instant): Promise<void> {
  if (hours.length > 0) await insertIfAbsent(staleMarks, { _id: randomUUID(), at, hours });
}

/** What is missing is inserted first, so that every key is there when the epochs decide, whoever else inserts it at the same time. */
async function keepFigures(figures: Collection<FigureDocument>, kept: readonly Figure[], epoch: number): Promise<void> {
  if (kept.length === 0) return;
  const found = await figures
    .find({ _id: { $in: kept.map(({ key }) => key) } })
    .project<{ readonly _id: string }>({ _id: 1 })
    .toArray();
  const known = new Set(found.map(({ _id }) => _id));
  for (const { key, value } of kept) if (!known.has(key)) await insertIfAbsent(figures, { _id: key, epoch, value });
  const writes = kept.map(({ key, value }) => ({
    updateOne: { filter: { _id: key, epoch: { $lte: epoch } }, update: { $set: { epoch, value } } },
  }));
  await figures.bulkWrite(writes, { ordered: false });
}

function toFigure({ _id: key, value }: FigureDocument): Figure {
  return { key, value };
}

export async function touch({ figureVersions }: Collections, subjects: readonly string[]): Promise<void> {
  for (const subject of subjects) await updateOrMake(figureVersions, subject, [RAISE], { version: 0 });
}

const RAISE = { $set: { version: { $add: ["$version", 1] } } };
