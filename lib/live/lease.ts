/**
 * A name that one replica holds at a time, made of claims in the shared store, which has no
 * compare-and-set. Who wants it writes a claim and looks again: with another claim in sight nobody
 * has it, the lesser holder waits and the others withdraw. Two cannot both be alone, since each wrote
 * before it looked: of two claims, who looked last saw the other.
 *
 * A holder that is gone is waited for: its claim counts for `ttlMs` by the server's clock. A holder
 * that cannot renew stops in good time before that by its own monotonic clock, so that what it began
 * last has ended when another begins.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@/lib/errors";
import type { Claim, LiveClaim } from "@/lib/store/claims-table";
import { INSERT_BOUND_MS } from "@/lib/store/server-engine";

export type LeaseTiming = {
  /** How long a claim counts after its last renewal. */
  ttlMs: number;
  /** How long a holder goes on without one. What it begins may take `ttlMs - holdMs` to end. */
  holdMs: number;
};

const HOLD_MS = 8_000;
export const LEASE_TIMING: LeaseTiming = { ttlMs: HOLD_MS + INSERT_BOUND_MS, holdMs: HOLD_MS };

export type Claims = {
  putClaims(claims: readonly Claim[]): Promise<void>;
  liveClaims(prefix: string, ttlMs: number): Promise<readonly LiveClaim[]>;
};

export type LeaseState =
  | "held"
  /** It could not be renewed in time: nothing may be begun until it is. */
  | "unsure"
  /** Let go, or another has it. */
  | "lost";

export type Lease = {
  readonly state: LeaseState;
  /** Resolves with the state after it; rejects when the store cannot be asked. */
  renew(body: string): Promise<LeaseState>;
  /** `body` is the last that others are told. */
  release(body?: string): Promise<void>;
};

export type LeaseOptions = {
  claims: Claims;
  name: string;
  /** In words, which replica this is; others are told. */
  replica: string;
  timing?: LeaseTiming;
  /** Milliseconds of a clock that never goes back. */
  monotonicMs?: () => number;
};

/** How often a lesser holder looks whether the others have withdrawn. */
const LOOKS = 4;
const LOOK_MS = 50;

/** Null when another holds it, or wants it at the same moment. */
export async function tryLease(options: LeaseOptions, body = ""): Promise<Lease | null> {
  const { claims, name, timing = LEASE_TIMING } = options;
  const clock = options.monotonicMs ?? (() => performance.now());
  const holder = `${options.replica}/${randomUUID()}`;
  const others = async () => {
    const live = await claims.liveClaims(name, timing.ttlMs);
    return live.filter((claim) => claim.name === name && claim.holder !== holder);
  };
  if ((await others()).length > 0) return null;

  let step = 0;
  let sinceMs = clock();
  let isLost = false;
  const put = async (isHeld: boolean, text: string) => {
    step += 1;
    await claims.putClaims([{ name, holder, step, isHeld, body: text }]);
  };
  const release = async (text = "") => {
    if (isLost) return;
    isLost = true;
    await put(false, text);
  };

  try {
    await put(true, body);
    if (!(await isAlone())) {
      await release();
      return null;
    }
  } catch (error) {
    // Ours may be there: whoever comes next would wait for it to run out.
    await release().catch(() => {});
    throw error;
  }

  /** The first of several waits for the others to withdraw. */
  async function isAlone(): Promise<boolean> {
    for (let look = 0; look <= LOOKS; look += 1) {
      const rivals = await others();
      if (rivals.length === 0) return true;
      if (!rivals.every((rival) => holder < rival.holder)) return false;
      await sleep(LOOK_MS);
    }
    return false;
  }

  const stateNow = (): LeaseState => {
    if (isLost) return "lost";
    return clock() - sinceMs < timing.holdMs ? "held" : "unsure";
  };
  // It may have taken long to get here.
  if (stateNow() === "unsure") {
    await release();
    return null;
  }

  return {
    get state() {
      return stateNow();
    },
    async renew(text) {
      if (isLost) return "lost";
      const askedMs = clock();
      const wasHeld = askedMs - sinceMs < timing.holdMs;
      await put(true, text);
      // In good time nobody else can have it. Otherwise it is claimed anew, as at the beginning.
      if (!wasHeld && (await others()).length > 0) {
        await release();
        return "lost";
      }
      sinceMs = askedMs;
      return stateNow();
    },
    release,
  };
}

/** Tries for `patienceMs`. @throws AppError `store-unavailable` when others have it all the time. */
async function waitForLease(options: LeaseOptions, patienceMs: number): Promise<Lease> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const lease = await tryLease(options);
    if (lease !== null) return lease;
    if (performance.now() > endMs) {
      throw new AppError(
        "store-unavailable",
        "Other replicas are changing this, or one died while it did. Try again in half a minute.",
      );
    }
    await sleep(LOOK_MS * (0.5 + Math.random()));
  }
}

const LOCK_PATIENCE_MS = 10_000;
/** How often what is held is renewed. */
export const RENEW_MS = 2_000;

/**
 * Runs `work` while no other replica runs something under this name. `mayWrite` throws when that
 * cannot be promised any more: it comes right before what the others must not do at the same time.
 */
export async function withLease<Result>(
  options: LeaseOptions,
  work: (mayWrite: () => void) => Promise<Result>,
): Promise<Result> {
  const lease = await waitForLease(options, LOCK_PATIENCE_MS);
  const renewing = setInterval(() => void lease.renew("").catch(() => {}), RENEW_MS);
  try {
    return await work(() => {
      if (lease.state === "held") return;
      throw new AppError(
        "store-unavailable",
        "This took too long. Nothing was changed; try again.",
      );
    });
  } finally {
    clearInterval(renewing);
    // Whoever comes next would otherwise wait until it runs out.
    await lease.release().catch(() => {});
  }
}
