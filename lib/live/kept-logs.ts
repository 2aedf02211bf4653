/** The logs of what people did, each with its copy beside the store: `expectations.jsonl`, `saved-views.jsonl`. */
import { join } from "node:path";
import { createEventLog, type EventLogOptions } from "@/lib/store/event-log";
import { createEventsBackup } from "@/lib/store/events-backup";
import type { Store } from "@/lib/store/store";

type Logs = Pick<
  Store,
  "appendExpectationEvent" | "expectationEvents" | "appendSavedViewEvent" | "savedViewEvents"
>;

export type KeptLogsOptions = Pick<EventLogOptions, "isThere" | "restores" | "onNote" | "nowMs"> & {
  store: Logs;
  dataDir: string;
};

export function keptLogs({ store, dataDir, ...options }: KeptLogsOptions): Logs {
  const expectations = createEventLog({
    ...options,
    backup: createEventsBackup(join(dataDir, "expectations.jsonl")),
    store: {
      append: (rows) => store.appendExpectationEvent(...rows),
      read: () => store.expectationEvents(),
    },
  });
  const savedViews = createEventLog({
    ...options,
    backup: createEventsBackup(join(dataDir, "saved-views.jsonl")),
    store: {
      append: async (rows) => {
        for (const row of rows) await store.appendSavedViewEvent(row);
      },
      read: () => store.savedViewEvents(),
    },
  });
  return {
    appendExpectationEvent: (...events) => expectations.append(events),
    expectationEvents: expectations.read,
    appendSavedViewEvent: (event) => savedViews.append([event]),
    savedViewEvents: savedViews.read,
  };
}
