/**
 * The way of a flow inside the domain: scope, deduplicate, pair, attribute, name its series, count
 * its attempt. One pipeline serves one source. It is pure: the clock comes as an argument, drops
 * leave by a callback, and every flow is accounted for.
 */
import { type Account, createAccount } from "./accounting";
import { type Attempts, createAttempts } from "./attempt";
import { buildDrop } from "./build-drop";
import type { Drop } from "./drop";
import type { Flow } from "./flow";
import { lane, mix32 } from "./hash";
import type { NameMemory } from "./name-memory";
import { createPairer, type Pairer } from "./pair";
import { isPolicyReason } from "./reason";
import { createSeen, type Seen } from "./seen";
import { createSeriesIndex, type SeriesIndex } from "./series";

export type PipelineOptions = {
  /** Id of the source, written on every drop. */
  origin: string;
  onDrop: (drop: Drop) => void;
  /** Called with a flow that came with the uuid of another: both are kept. */
  onConflict?: (flow: Flow) => void;
  /** How long and how far apart twins may be, milliseconds. Default 1000. */
  windowMs?: number;
  /** Shared between the pipelines of several sources where given. */
  seriesIndex?: SeriesIndex;
  attempts?: Attempts;
  account?: Account;
  /** What several sources have in common that may bring the same flows. */
  meeting?: Meeting;
  /** Flows that came before, for a stream that goes on where an earlier process stopped. */
  seen?: Seen;
  /** Names of addresses, learnt from what is pushed and told of drops that come without. */
  names?: NameMemory;
};

/**
 * Where the flows of several sources meet: two relays of one cluster, or a relay and its exporter's
 * file. A flow counts for the source that brought it first, and finds its twin whoever brought that.
 */
export type Meeting = {
  readonly seen: Seen;
  readonly pairer: Pairer;
  readonly attempts: Attempts;
  /** Whose each waiting flow is. */
  readonly owners: WeakMap<Flow, Owner>;
};

type Owner = {
  account: Account;
  origin: string;
  joins: { joined: number; alone: number };
  onDrop: (drop: Drop) => void;
};

export function createMeeting(windowMs = 1000): Meeting {
  return {
    seen: createSeen(),
    pairer: createPairer({ windowMs }),
    attempts: createAttempts(),
    owners: new WeakMap(),
  };
}

export type Pipeline = {
  /** Takes a flow that arrived now. `onDrop` is called before it returns, or by a later call. */
  push(flow: Flow, arrivalMs: number): void;
  /** Lets go of flows that have waited for the window; call it a few times a second. */
  flush(nowMs: number): void;
  /** Lets go of everything that waits, at the end of the stream. */
  end(): void;
  /** Emitted drops stay in flight until `account.store` or `account.shed` is told of them. */
  readonly account: Account;
  /** Flows that wait for their twin. */
  readonly pending: number;
  /** Drops with a policy reason that were joined, and that stayed alone: the latter tells of a
   * cluster where one of the two event types is switched off. */
  readonly joins: { readonly joined: number; readonly alone: number };
};

export function createPipeline(options: PipelineOptions): Pipeline {
  const { origin, onDrop, names, meeting, windowMs = 1000 } = options;
  const account = options.account ?? createAccount();
  const joins = { joined: 0, alone: 0 };
  const own: Owner = { account, origin, joins, onDrop };
  const ownerOf = (flow: Flow) => meeting?.owners.get(flow) ?? own;
  const seriesIndex = options.seriesIndex ?? createSeriesIndex();
  const attempts = options.attempts ?? meeting?.attempts ?? createAttempts();
  const seen = options.seen ?? meeting?.seen ?? createSeen();
  const pairer = meeting?.pairer ?? createPairer({ windowMs });
  /** Arrival of the flow taken last: what a name is learnt at when a clock is ahead of it. */
  let arrivedMs = 0;

  function emit(verdictFlow: Flow | null, dropFlow: Flow | null): void {
    const flow = verdictFlow ?? dropFlow;
    if (flow === null) return;
    // Whichever source lets a flow go, it is that source's which brought it.
    const owner = ownerOf(flow);
    if (verdictFlow !== null && dropFlow !== null) {
      ownerOf(dropFlow).account.pair(1);
      owner.joins.joined += 1;
    } else if (isPolicyReason(flow.dropReason)) {
      owner.joins.alone += 1;
    }
    const series = seriesIndex.of(verdictFlow, dropFlow);
    const remembered = names?.recallFor(flow, series) ?? null;
    names?.learnDrop(flow, series, arrivedMs);
    const facts = {
      series,
      attempt: attempts.count(flow),
      origin: owner.origin,
      remembered,
    };
    owner.onDrop(buildDrop(verdictFlow, dropFlow, facts));
  }

  /** Null for what came before. Another flow under a known uuid is kept, under a uuid of its own. */
  function firstOf(flow: Flow): Flow | null {
    const mark = markOf(flow);
    // A clock that is ahead must not cast doubt on what is still to come.
    const timeMs = Math.min(flow.timeMs, arrivedMs);
    const known = seen.note(flow.uuid, mark, timeMs);
    if (known === "new") return flow;
    if (known === "same") return null;
    const uuid = `${flow.uuid}~${(mark >>> 0).toString(16)}`;
    if (seen.note(uuid, mark, timeMs) !== "new") return null;
    options.onConflict?.(flow);
    return { ...flow, uuid };
  }

  return {
    push(flow, arrivalMs) {
      account.receive(1);
      arrivedMs = arrivalMs;
      if (flow.verdict !== "DROPPED" && flow.verdict !== "AUDIT") {
        // An answer of DNS is no drop, but says what an address is called.
        if (flow.l7 !== null) names?.learnAnswer(flow, arrivalMs);
        account.leaveOut(1);
      } else {
        const fresh = firstOf(flow);
        if (fresh === null) account.duplicate(1);
        else {
          meeting?.owners.set(fresh, own);
          pairer.push(fresh, arrivalMs, emit);
        }
      }
    },
    flush(nowMs) {
      pairer.flush(nowMs - windowMs, emit);
    },
    end() {
      pairer.flush(Number.POSITIVE_INFINITY, emit);
    },
    account,
    get pending() {
      return pairer.pending;
    },
    joins,
  };
}

/** What must agree in two records of one flow, as a number that is not 0. */
function markOf(flow: Flow): number {
  const ports = Math.imul(flow.sourcePort, 0x10001) ^ flow.destinationPort;
  const kind = (flow.eventType << 16) ^ (flow.dropReason << 4) ^ flow.icmpType;
  const start = ports ^ mix32(kind ^ Math.imul(flow.timeMs, 0x9e3779b1) ^ flow.timeNanos);
  return mix32(lane(flow.destinationIp, lane(flow.sourceIp, start))) | 1;
}
