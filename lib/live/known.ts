/**
 * What the stored drops of an expectation show of what it watches: its sources, destinations and
 * ports so far. What comes later is new under it, unless there are `MAX_KNOWN` of a kind already.
 */
import type { Expectation, Known, Watched } from "@/lib/expectations/expectation";
import { MAX_KNOWN } from "@/lib/expectations/rule";
import { parseQuery } from "@/lib/query/parse";
import type { Store } from "@/lib/store/store";
import { whereOf } from "@/lib/store/where";
import type { Writer } from "./writer";

/** One bucket for all times that a drop can have. */
const EVER = { fromMs: 0, toMs: 8_000_000_000_000, stepMs: 8_000_000_000_000 };

type Options = { store: Pick<Store, "snapshot">; writer: Pick<Writer, "flush"> };

/** @throws AppError when the store cannot be read. */
export function createKnownOf({ store, writer }: Options) {
  return async ({ query, watch }: Pick<Expectation, "query" | "watch">): Promise<Known> => {
    const parsed = parseQuery(query);
    const known = {
      source: new Set<string>(),
      destination: new Set<string>(),
      port: new Set<number>(),
    };
    if (parsed.ok && watch.length > 0) {
      // What has arrived counts; a store that takes no drops may still be read.
      await writer.flush().catch(() => {});
      const where = whereOf(parsed.query, { names: "all" });
      const rows = await store.snapshot({ ...EVER, where, lane: "heavy" });
      for (const { series } of rows) {
        known.source.add(series.source.key);
        known.destination.add(series.destination.key);
        known.port.add(series.port);
      }
    }
    const kept = <T>(what: Watched, keys: ReadonlySet<T>): T[] =>
      watch.includes(what) ? [...keys].slice(0, MAX_KNOWN) : [];
    return {
      source: kept("source", known.source),
      destination: kept("destination", known.destination),
      port: kept("port", known.port),
    };
  };
}
