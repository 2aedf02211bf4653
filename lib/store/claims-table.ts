/**
 * Claims of replicas that share a server: rows that are only added, because ClickHouse has no
 * compare-and-set. A claim is the last row of its holder, and counts while that is young by the
 * server's clock; nobody's own clock is asked. `lib/live/lease.ts` makes a lock of it.
 */
import type { Engine } from "./engine";

export type Claim = {
  /** What is claimed. */
  name: string;
  /** Who claims; unique for each attempt. */
  holder: string;
  /** Counts the rows of a holder. */
  step: number;
  /** False lets go. */
  isHeld: boolean;
  /** What others shall know, as JSON; may be empty. */
  body: string;
};

/** `ageMs` is how long ago its last row was written. */
export type LiveClaim = Pick<Claim, "name" | "holder" | "step" | "body"> & { ageMs: number };

export type LastClaim = Pick<Claim, "name" | "holder" | "body" | "isHeld"> & { ageMs: number };

/** Settles when others can see it. */
export async function putClaims(engine: Engine, claims: readonly Claim[]): Promise<void> {
  if (claims.length === 0) return;
  const params: Record<string, unknown> = {};
  const rows = claims.map(({ name, holder, step, isHeld, body }, at) => {
    Object.assign(params, { [`n${at}`]: name, [`h${at}`]: holder, [`s${at}`]: step });
    Object.assign(params, { [`d${at}`]: isHeld ? 1 : 0, [`b${at}`]: body });
    return `({n${at}:String}, {h${at}:String}, {s${at}:UInt64}, {d${at}:UInt8}, {b${at}:String})`;
  });
  const sql = `INSERT INTO claims (name, holder, step, held, body) VALUES ${rows.join(", ")}`;
  await engine.run("write", sql, params);
}

/** Those whose names begin so and that were renewed within `ttlMs`, by name and holder. */
export function liveClaims(engine: Engine, prefix: string, ttlMs: number): Promise<LiveClaim[]> {
  const sql = `SELECT name, holder, max(step), argMax(body, step),
      toUInt64(greatest(0, toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(max(at))))
    FROM claims
    WHERE startsWith(name, {prefix:String}) AND at > now64(3) - toIntervalMillisecond({ttl:UInt32})
    GROUP BY name, holder HAVING argMax(held, step) = 1 ORDER BY name, holder`;
  return engine.select("write", sql, { prefix, ttl: ttlMs }, (reader) => ({
    name: reader.text(),
    holder: reader.text(),
    step: reader.u64(),
    body: reader.text(),
    ageMs: reader.u64(),
  }));
}

/** The last word on each name that begins so, of the last day, whether it is held still or not. */
export function lastClaims(engine: Engine, prefix: string): Promise<LastClaim[]> {
  const sql = `SELECT name, argMax(holder, (at, step)), argMax(body, (at, step)), argMax(held, (at, step)),
      toUInt64(greatest(0, toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(max(at))))
    FROM claims WHERE startsWith(name, {prefix:String}) AND body != ''
    GROUP BY name ORDER BY name`;
  return engine.select("read", sql, { prefix }, (reader) => ({
    name: reader.text(),
    holder: reader.text(),
    body: reader.text(),
    isHeld: reader.u8() === 1,
    ageMs: reader.u64(),
  }));
}
