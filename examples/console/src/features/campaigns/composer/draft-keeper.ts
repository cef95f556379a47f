import { type RemoteClient, RemoteError } from "@crm-engine/client";
import type { Campaign } from "@crm-engine/core";
import { changeBetween, type Draft, differingFields, draftOf, type Faults, faultsAt, ownFaults } from "./draft";

const QUIET_MS = 800;
const AGAIN_MS = 3_000;

export interface KeptDraft {
  readonly draft: Draft;
  /** As the engine has it, and since when this page knows. */
  readonly saved: Campaign;
  readonly savedAt: string;
  readonly state: "saved" | "waiting" | "saving" | "faulty" | "failed" | "stale";
  readonly faults: Faults;
  readonly restored: boolean;
  readonly error?: unknown;
  /** What somebody else has made of it. */
  readonly theirs?: Campaign;
}

interface Stored {
  readonly draft: Draft;
  readonly base: Campaign;
}

/**
 * Saves a draft as it is typed, one write at a time. What can't be written now is kept in the tab, over a reload too, and is tried again:
 * by itself where the engine is away, after the next key where the text is at fault.
 */
export class DraftKeeper {
  private kept: KeptDraft;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly place: string;

  constructor(
    private engine: RemoteClient,
    campaign: Campaign,
    private readonly onSaved: (campaign: Campaign) => void,
  ) {
    this.place = `crm-draft-${campaign.id}`;
    const stored = this.stored();
    const restored = stored !== undefined && differingFields(stored.draft, draftOf(campaign)).length > 0;
    this.kept = {
      draft: restored ? stored.draft : draftOf(campaign),
      saved: restored ? stored.base : campaign,
      savedAt: campaign.updatedAt,
      state: restored ? "waiting" : "saved",
      faults: {},
      restored,
    };
    if (!restored) this.forget();
  }

  readonly read = (): KeptDraft => this.kept;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.kept.state === "waiting") this.soon(QUIET_MS);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) void this.flush();
    };
  };

  /** With another key, say. */
  readonly use = (engine: RemoteClient): void => {
    this.engine = engine;
  };

  readonly edit = (change: Partial<Draft>): void => {
    const draft = { ...this.kept.draft, ...change };
    const { state } = this.kept;
    const faults = { ...this.kept.faults };
    for (const field of Object.keys(change) as (keyof Draft)[]) delete faults[field];
    this.set({ draft, faults, state: state === "stale" || state === "saving" ? state : "waiting" });
    this.keep();
    this.soon(QUIET_MS);
  };

  /** Writes at once what is not written; resolves whether all is. */
  readonly flush = async (): Promise<boolean> => {
    clearTimeout(this.timer);
    await this.running;
    await this.save();
    return this.kept.state === "saved";
  };

  /** Somebody else has written it; where nothing is typed here, it is taken over. */
  readonly adopt = (campaign: Campaign): void => {
    const { saved, state } = this.kept;
    if (state === "saved" && campaign.version > saved.version) {
      this.set({ draft: draftOf(campaign), saved: campaign, savedAt: campaign.updatedAt });
    }
  };

  readonly keepMine = (): void => {
    const { theirs } = this.kept;
    if (theirs === undefined) return;
    this.set({ saved: theirs, state: "waiting", theirs: undefined });
    this.keep();
    void this.flush();
  };

  readonly takeTheirs = (): void => {
    const { theirs } = this.kept;
    if (theirs === undefined) return;
    this.set({ draft: draftOf(theirs), saved: theirs, savedAt: theirs.updatedAt, state: "saved", faults: {}, theirs: undefined });
    this.forget();
    this.onSaved(theirs);
  };

  private save(): Promise<void> {
    this.running ??= this.write().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async write(): Promise<void> {
    const { draft, saved, state } = this.kept;
    if (state === "stale") return;
    const change = changeBetween(draftOf(saved), draft);
    if (Object.keys(change).length === 0) {
      this.settle();
      return;
    }
    const faults = ownFaults(draft);
    if (Object.keys(faults).length > 0) {
      this.set({ state: "faulty", faults });
      return;
    }
    this.set({ state: "saving", error: undefined });
    try {
      this.took(await this.engine.campaigns.update(saved.id, change, { ifVersion: saved.version }), draft);
    } catch (error) {
      this.refused(error, draft);
    }
  }

  private took(saved: Campaign, sent: Draft): void {
    const typedOn = this.kept.draft !== sent;
    this.set({ saved, savedAt: new Date().toISOString(), state: typedOn ? "waiting" : "saved", faults: {}, restored: false });
    this.onSaved(saved);
    if (typedOn) {
      this.keep();
      this.soon(QUIET_MS);
    } else this.forget();
  }

  private refused(error: unknown, sent: Draft): void {
    const current = currentOf(error);
    if (current !== undefined) {
      // After an answer that was lost it is this page's own write.
      if (Object.keys(changeBetween(draftOf(current), sent)).length === 0) this.took(current, sent);
      else this.set({ state: "stale", theirs: current, error });
      return;
    }
    if (error instanceof RemoteError && error.code === "invalid") {
      const { faults, rest } = faultsAt(error.issues);
      this.set({ state: "faulty", faults, error: rest.length > 0 || Object.keys(faults).length === 0 ? error : undefined });
      if (this.kept.draft !== sent) this.soon(QUIET_MS);
      return;
    }
    this.set({ state: "failed", error });
    if (!(error instanceof RemoteError) || error.code !== "conflict") this.soon(AGAIN_MS);
  }

  private settle(): void {
    if (this.kept.state !== "saved") this.set({ state: "saved", faults: {}, error: undefined, restored: false });
    this.forget();
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), ms);
  }

  private set(change: Partial<KeptDraft>): void {
    this.kept = { ...this.kept, ...change };
    for (const listener of this.listeners) listener();
  }

  private keep(): void {
    const stored: Stored = { draft: this.kept.draft, base: this.kept.saved };
    try {
      sessionStorage.setItem(this.place, JSON.stringify(stored));
    } catch {
      // The tab has no room; the text is still on the page.
    }
  }

  private forget(): void {
    sessionStorage.removeItem(this.place);
  }

  private stored(): Stored | undefined {
    try {
      const text = sessionStorage.getItem(this.place);
      return text === null ? undefined : (JSON.parse(text) as Stored);
    } catch {
      return undefined;
    }
  }
}

function currentOf(error: unknown): Campaign | undefined {
  if (!(error instanceof RemoteError) || error.code !== "stale") return undefined;
  return error.details.current as Campaign | undefined;
}
