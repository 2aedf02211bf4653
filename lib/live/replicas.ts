/** What is different where several replicas share a store. */
import type { Drop } from "@/lib/drops/drop";
import type { SourceReport } from "@/lib/drops/source-report";
import type { SourceSummary } from "@/lib/drops/view";
import { AppError } from "@/lib/errors";
import type { Subscription } from "./broadcast";
import type { InsertOnce } from "./insert-once";
import type { LeasedSources } from "./leased-sources";
import type { PushEndpoint } from "./push-source";

/** What another replica has taken over is its to store: it reads it again. */
export async function insertOurs(
  drops: readonly Drop[],
  {
    leased,
    once,
    onLeft,
  }: {
    leased: LeasedSources | null;
    once: InsertOnce;
    /** Called with those that are left to the other replica. */
    onLeft: (drops: readonly Drop[]) => void;
  },
): Promise<ReadonlySet<Drop>> {
  const gone = leased === null ? [] : drops.filter(leased.isHandedOver);
  if (gone.length === 0) return once.insert(drops);
  onLeft(gone);
  const left = new Set(gone);
  const known = await once.insert(drops.filter((drop) => !left.has(drop)));
  return new Set([...known, ...gone]);
}

export async function refuseLive(): Promise<Subscription> {
  throw new AppError(
    "unavailable",
    "This replica only reads sources (DROPLENS_ROLE=ingest). Look at one whose role is web or all.",
  );
}

/** The endpoint of a source that another replica has, or nobody yet. */
export function takenElsewhere(push: PushEndpoint): PushEndpoint {
  return {
    ...push,
    accept: async () => {
      throw new AppError(
        "unavailable",
        `Another replica takes what is pushed to ${push.id} now. Send it again later, or there.`,
      );
    },
  };
}

/** A report without what the screens need not know at every tick. */
export function summaryAlone(report: SourceReport): SourceSummary {
  const { id, kind, address, state, message, since, lagMs, catchingUp, progress } = report;
  const { nodesConnected, nodesUnavailable } = report;
  const told = { id, kind, address, state, message, since, lagMs, catchingUp, progress };
  return { ...told, nodesConnected, nodesUnavailable };
}
