/**
 * The saved views of this server: a name for the address of a Triage screen, shared by everyone.
 * The list is the fold of an append-only log. A change says which version it is made to; one made
 * to an older version is refused, so that two operators do not overwrite each other unknowingly.
 */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Actor } from "@/lib/auth/actor";
import type { SavedView } from "@/lib/drops/view";
import { AppError, messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import type { EventRow } from "@/lib/store/event-table";
import type { Store } from "@/lib/store/store";
import { ALONE, createLogChanges } from "./log-turns";

export const MAX_VIEWS = 500;

export type SavedViews = {
  /** By name. */
  list(): SavedView[];
  /** @throws AppError `conflict` for a name that is taken or a list that is full. */
  create(view: { name: string; search: string }, actor: Actor): Promise<SavedView>;
  /** @throws AppError `not-found`, or `conflict` for an older version or a name that is taken. */
  change(id: string, change: SavedViewChange, actor: Actor): Promise<SavedView>;
  /** @throws AppError `not-found`. */
  remove(id: string, actor: Actor): Promise<void>;
  /** Reads the log again: the store is there anew. */
  refresh(): Promise<void>;
  /** Position in the log up to which it was read. */
  readonly seq: number;
};

/** `version` is the one that the change is made to. */
export type SavedViewChange = { name?: string; search?: string; version: number };

type EventLog = Pick<Store, "savedViewEvents" | "appendSavedViewEvent">;

/**
 * Reads the log; this is its only writer. What cannot be read is read before the next change; an
 * event of which that will never be so is left out, and `log` is told.
 */
export async function openSavedViews(
  store: EventLog,
  nowMs: () => number,
  turns = ALONE,
  log?: Pick<Log, "warn">,
): Promise<SavedViews> {
  let views = new Map<string, SavedView>();
  let seq = 0;
  /** In words why the log must be read before it is written to; null when it need not be. */
  let unread: string | null = null;
  const isUnread = () => unread !== null;
  const { changing, inTurn, requireTurn } = createLogChanges(
    { seq: () => seq, isUnread, read, requireRead },
    turns,
  );

  async function read(): Promise<void> {
    try {
      const events = await store.savedViewEvents();
      views = foldSavedViews(events, ({ seq, id }) =>
        log?.warn("a saved view cannot be read and is left out", { seq, id }),
      );
      seq = events.at(-1)?.seq ?? 0;
      unread = null;
    } catch (error) {
      unread = messageOf(error);
    }
  }

  function requireRead(): void {
    if (unread === null) return;
    throw new AppError("store-unavailable", `Saved views cannot be read: ${unread}`);
  }

  async function append(type: "saved" | "removed", view: SavedView, actor: Actor): Promise<void> {
    const event = { seq: seq + 1, id: view.id, type, actor: actor.name, atMs: nowMs() };
    requireTurn();
    try {
      await store.appendSavedViewEvent({ ...event, body: JSON.stringify(view) });
    } catch (error) {
      // It may be on the disk all the same: only the log can tell.
      unread = messageOf(error);
      throw new AppError("store-unavailable", `This was not saved: ${messageOf(error)}`);
    }
    seq += 1;
  }

  async function save(view: SavedView, actor: Actor): Promise<SavedView> {
    await append("saved", view, actor);
    views.set(view.id, view);
    return view;
  }

  function find(id: string): SavedView {
    const view = views.get(id);
    if (view === undefined) {
      throw new AppError("not-found", "There is no such saved view. It may have been deleted.");
    }
    return view;
  }

  function requireFreeName(name: string, id: string | null): void {
    const wanted = nameKey(name);
    const taken = [...views.values()].find((one) => nameKey(one.name) === wanted && one.id !== id);
    if (taken === undefined) return;
    throw new AppError("conflict", `A saved view is called “${taken.name}” already.`, {
      extra: { current: taken },
    });
  }

  await read();

  return {
    list: () => [...views.values()].sort((a, b) => (nameKey(a.name) < nameKey(b.name) ? -1 : 1)),
    create: ({ name, search }, actor) =>
      changing(async () => {
        requireFreeName(name, null);
        if (views.size >= MAX_VIEWS) {
          throw new AppError("conflict", `There are ${MAX_VIEWS} saved views. Delete one first.`);
        }
        const createdAt = new Date(nowMs()).toISOString();
        return save(
          {
            id: randomUUID(),
            name,
            search,
            author: actor.name,
            authorVerified: actor.verified,
            createdAt,
            updatedAt: createdAt,
            version: 1,
          },
          actor,
        );
      }),
    change: (id, { name, search, version }, actor) =>
      changing(async () => {
        const current = find(id);
        if (current.version !== version) {
          const detail = `“${current.name}” was changed since: it is at version ${current.version}.`;
          throw new AppError("conflict", detail, { extra: { current } });
        }
        if (name !== undefined) requireFreeName(name, id);
        return save(
          {
            ...current,
            name: name ?? current.name,
            search: search ?? current.search,
            updatedAt: new Date(nowMs()).toISOString(),
            version: version + 1,
          },
          actor,
        );
      }),
    remove: (id, actor) =>
      changing(async () => {
        await append("removed", find(id), actor);
        views.delete(id);
      }),
    refresh: () => inTurn(read),
    get seq() {
      return seq;
    },
  };
}

const VIEW = z.looseObject({
  id: z.string(),
  name: z.string(),
  search: z.string(),
  author: z.string().default(""),
  authorVerified: z.boolean().default(false),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number(),
});

/**
 * The views that the log leaves. An event of a kind that this build does not know changes nothing,
 * nor does one whose body cannot be read.
 */
function foldSavedViews(
  events: readonly EventRow[],
  onUnreadable: (event: EventRow) => void,
): Map<string, SavedView> {
  const views = new Map<string, SavedView>();
  for (const event of events) {
    if (event.type === "removed") views.delete(event.id);
    if (event.type !== "saved") continue;
    const view = viewOf(event.body);
    if (view === null) onUnreadable(event);
    else views.set(event.id, view);
  }
  return views;
}

function viewOf(body: string): SavedView | null {
  try {
    return VIEW.parse(JSON.parse(body));
  } catch {
    return null;
  }
}

/** Names that a person would take for the same are the same. */
function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
