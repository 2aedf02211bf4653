/**
 * The sources of several replicas that share a store: each is read by the one that holds its lease.
 * When that one dies, another takes the lease, learns from the store what was stored last, and goes
 * on there. What a holder has not stored when it loses a source is left to the next, which reads it
 * again. With each renewal a holder tells the others how the source is.
 */
import type { Drop } from "@/lib/drops/drop";
import type { SourceReport } from "@/lib/drops/source-report";
import { AppError, messageOf } from "@/lib/errors";
import type { Log } from "@/lib/http/log";
import type { LastClaim } from "@/lib/store/claims-table";
import type { Ingest } from "./ingest";
import {
  type Claims,
  LEASE_TIMING,
  type Lease,
  type LeaseTiming,
  RENEW_MS,
  tryLease,
} from "./lease";
import type { SourceSetup } from "./source-setup";
import { type Told, toldBy } from "./told-report";
import { untried } from "./untried";

export type LeasedSources = {
  /** As other replicas told last of the sources that are not read here, by id. */
  elsewhere(): SourceReport[];
  /** @throws AppError when one of the drops is of a source whose lease is not certain now. */
  requireHeld(drops: readonly Drop[]): void;
  /** Whether it is certain now that no other replica reads the source. */
  isHeld(id: string): boolean;
  /** Whether another replica has taken its source, and stores it. */
  isHandedOver(drop: Drop): boolean;
  start(): void;
  /** Takes no more sources, and renews none. */
  close(): void;
  /** Lets go of every source, once they are no longer read and what they gave is stored. */
  release(): Promise<void>;
};

export type LeasedSourcesOptions = {
  claims: Claims & { lastClaims(prefix: string): Promise<readonly LastClaim[]> };
  sources: readonly SourceSetup[];
  replica: string;
  begin: (setup: SourceSetup) => Ingest;
  /** Stops reading; what waits to be stored may be let go. */
  end: (id: string) => Promise<void>;
  report: (ingest: Ingest) => SourceReport;
  /** Of the writer. */
  flush: () => Promise<void>;
  /** Another may have stored some of what waits here: it must be looked up before it is stored. */
  onDoubt: () => void;
  /** What was shown of a source may have been counted twice, once as another stored it. */
  onOverlap: () => void;
  log: Log;
  timing?: LeaseTiming;
  renewMs?: number;
};

const PREFIX = "source/";
/** So often nobody could be asked before a source is read without. */
const PATIENT_TICKS = 4;
/** A report is old when several renewals are missing. */
const OLD_RENEWALS = 4;

type Source = { setup: SourceSetup; lease: Lease | null; ingest: Ingest | null };

export function createLeasedSources(options: LeasedSourcesOptions): LeasedSources {
  const { claims, replica, begin, end, report, flush, log, onDoubt, onOverlap } = options;
  const renewMs = options.renewMs ?? RENEW_MS;
  const timing = options.timing ?? LEASE_TIMING;
  const all = new Map<string, Source>(
    options.sources.map((setup) => [setup.id, { setup, lease: null, ingest: null }]),
  );
  const handedOver = new Set<string>();
  let told: readonly Told[] = [];
  let toldMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isFailing = false;
  /** Ticks in a row that failed; a start that cannot ask anybody does not wait. */
  let failures = PATIENT_TICKS;
  let turn: Promise<void> = Promise.resolve();

  const bodyOf = ({ ingest }: Source) => (ingest === null ? "" : JSON.stringify(report(ingest)));

  async function tick(): Promise<void> {
    try {
      // All are through before the next tick, or a source would be in two steps at once.
      const steps = await Promise.allSettled([...all.values()].map(step));
      const failed = steps.find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") throw failed.reason;
      const last = await claims.lastClaims(PREFIX);
      [told, toldMs] = [last.flatMap(heard), performance.now()];
      if (isFailing) log.info("sources are shared with the other replicas again");
      [isFailing, failures] = [false, 0];
    } catch (error) {
      if (!isFailing) {
        log.warn("who reads which source cannot be settled", { error: messageOf(error) });
      }
      isFailing = true;
      failures += 1;
    }
  }

  /** One replica that says what cannot be read is left out, and the others are heard. */
  function heard(claim: LastClaim): Told[] {
    const words = toldBy(claim);
    if (words !== null) return [words];
    log.warn("what a replica tells of a source cannot be read", { claim: claim.name });
    return [];
  }

  async function step(source: Source): Promise<void> {
    const { lease, ingest } = source;
    if (lease !== null) return renew(source, lease);
    if (isStopped) return;
    try {
      await (ingest === null ? acquire(source) : settle(source));
    } catch (error) {
      // Nobody can be asked: live goes on from here, and what comes waits until it is settled.
      if (source.ingest === null && failures >= PATIENT_TICKS) await beginUnsettled(source);
      throw error;
    }
  }

  async function beginUnsettled(source: Source): Promise<void> {
    const { id } = source.setup;
    if (handedOver.has(id)) await flush();
    handedOver.delete(id);
    if (!isStopped) source.ingest ??= begin(source.setup);
  }

  async function renew(source: Source, lease: Lease): Promise<void> {
    const wasSure = lease.state === "held";
    // Somebody may have had it in between.
    if (!wasSure) onDoubt();
    const state = await lease.renew(bodyOf(source));
    if (state === "lost") await handOver(source);
    else if (!wasSure) void flush().then(onOverlap, () => {});
  }

  async function acquire(source: Source): Promise<void> {
    const { id } = source.setup;
    const lease = await leaseOf(source);
    if (lease === null) return;
    try {
      // What was left of it is let go of first, or it would be counted with what comes.
      if (handedOver.has(id)) await flush();
    } catch (error) {
      await lease.release();
      throw error;
    }
    // Nobody would end what begins now.
    if (isStopped) return lease.release();
    handedOver.delete(id);
    source.lease = lease;
    source.ingest ??= begin(source.setup);
    log.info("this replica reads a source", { source: id });
  }

  /** It was read while nobody could be asked: now it is ours, or another's. */
  async function settle(source: Source): Promise<void> {
    const lease = await leaseOf(source);
    if (lease === null) return handOver(source);
    onDoubt();
    source.lease = lease;
    log.info("this replica reads a source", { source: source.setup.id });
    void flush().then(onOverlap, () => {});
  }

  async function handOver(source: Source): Promise<void> {
    const { id } = source.setup;
    log.warn("another replica reads a source", { source: id });
    handedOver.add(id);
    source.lease = null;
    source.ingest = null;
    await end(id);
    // What waits of it is let go of, so that nothing is shown both from here and from there.
    await flush().catch(() => {});
    onOverlap();
  }

  function leaseOf({ setup }: Source): Promise<Lease | null> {
    return tryLease({ claims, name: `${PREFIX}${setup.id}`, replica, timing });
  }

  function schedule(): void {
    if (isStopped) return;
    // Replicas that started together should not meet at every turn.
    const ms = renewMs * (0.75 + Math.random() / 2);
    timer = setTimeout(() => {
      turn = tick().then(schedule);
    }, ms);
  }

  function elsewhere(): SourceReport[] {
    const passedMs = performance.now() - toldMs;
    return told.flatMap(({ report: its, isHeld, ageMs }) => {
      if (all.get(its.id)?.ingest) return [];
      const silentMs = ageMs + passedMs;
      if (isHeld && silentMs < OLD_RENEWALS * renewMs) return [its];
      const words = isHeld
        ? `Nothing was heard for ${Math.round(silentMs / 1_000)} s of ${its.readBy}, which read it. Another replica takes it over.`
        : "No replica reads it now.";
      return [{ ...its, state: "disconnected", message: words, catchingUp: false }];
    });
  }

  function isHeld(id: string): boolean {
    const source = all.get(id);
    // What nobody is to read any more is nobody else's to store.
    return source === undefined || source.lease?.state === "held";
  }

  return {
    elsewhere,
    isHeld,
    requireHeld(drops) {
      for (const origin of new Set(drops.map((drop) => drop.origin))) {
        if (isHeld(origin)) continue;
        throw untried(
          new AppError(
            "store-unavailable",
            `Who reads ${origin} is being settled with the other replicas. Its drops wait.`,
          ),
        );
      }
    },
    isHandedOver: ({ origin }) => handedOver.has(origin),
    start() {
      turn = tick().then(schedule);
    },
    close() {
      isStopped = true;
      clearTimeout(timer);
    },
    async release() {
      await turn;
      const held = [...all.values()].filter(({ lease }) => lease !== null);
      await Promise.allSettled(
        held.map(({ lease, ingest }) =>
          lease?.release(ingest === null ? "" : JSON.stringify(report(ingest))),
        ),
      );
    },
  };
}
