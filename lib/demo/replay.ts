/**
 * Serves a recording from the demo relay: whole at once, with times as recorded, or paced as it
 * happened, faster or slower, and moved to the present if asked.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { AppError, messageOf } from "@/lib/errors";
import type { Timestamp } from "@/lib/hubble/generated/google/protobuf/timestamp";
import { timestampOfMs } from "@/lib/hubble/timestamp";
import type { Relay } from "./relay";
import { type ReplayRecord, readReplayLine } from "./replay-lines";

export type ReplayOptions = {
  /** JSON lines, also gzipped where the name ends in `.gz`. */
  file: string;
  /** Paced: 1 is as it happened, 10 ten times as fast. Without it everything is there at once. */
  speed?: number;
  /** Moves the recording to begin now; paced with speed 1 unless `speed` is given. */
  fromNow?: boolean;
};

/** Counts of lines; they add up to `lines`. */
export type ReplayReport = {
  lines: number;
  flows: number;
  lost: number;
  statuses: number;
  /** Agent and debug events, which no `GetFlows` stream carries. */
  skipped: number;
  bad: number;
  /** The first few bad lines: `line 3: not JSON`. */
  badLines: string[];
};

/** A record that can be sent. */
type Event = Exclude<ReplayRecord, { kind: "skipped" } | { kind: "bad" }>;

/** A recording read into memory, in the order of time. */
export type Recording = { events: Event[]; report: ReplayReport };

const BAD_LINES_SHOWN = 3;

/** Rejects with an `AppError` of one line when the file cannot be read or has nothing to serve. */
export async function readRecording(file: string): Promise<Recording> {
  const report = { lines: 0, flows: 0, lost: 0, statuses: 0, skipped: 0, bad: 0, badLines: [] };
  const recording: Recording = { events: [], report };
  try {
    let number = 0;
    for await (const line of linesOf(file)) {
      number += 1;
      if (line.trim() !== "") take(recording, readReplayLine(line), number);
    }
  } catch (error) {
    throw new AppError(
      "config",
      `Cannot read the replay file ${file} (${messageOf(error)}). Give the path of a file made by "hubble observe -o json" or by Hubble's exporter.`,
      { cause: error },
    );
  }
  if (recording.events.length === 0) throw new AppError("config", nothingToServe(file, report));
  recording.events = inOrderOfTime(recording.events);
  return recording;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  const input = file.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
  // Errors of a source do not pass through a pipe.
  if (input !== raw) raw.on("error", (error) => input.destroy(error));
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

function take({ events, report }: Recording, record: ReplayRecord, number: number): void {
  report.lines += 1;
  switch (record.kind) {
    case "bad":
      report.bad += 1;
      if (report.badLines.length < BAD_LINES_SHOWN) {
        report.badLines.push(`line ${number}: ${record.reason}`);
      }
      return;
    case "skipped":
      report.skipped += 1;
      return;
    case "flow":
      report.flows += 1;
      break;
    case "lost":
      report.lost += 1;
      break;
    case "status":
      report.statuses += 1;
      break;
  }
  events.push(record);
}

function nothingToServe(file: string, report: ReplayReport): string {
  const what =
    report.lines === 0
      ? "is empty"
      : `has no Hubble record in ${report.lines} lines (${report.badLines[0] ?? "only agent or debug events"})`;
  return `The replay file ${file} ${what}. Record one with "hubble observe -o json --last 1000 > flows.jsonl".`;
}

/** Records without a time stay behind the one they followed. */
function inOrderOfTime(events: readonly Event[]): Event[] {
  let lastMs = Number.NEGATIVE_INFINITY;
  const timed = events.map((event) => {
    lastMs = msOf(event) ?? lastMs;
    return { event, atMs: lastMs };
  });
  return timed.sort((a, b) => compare(a.atMs, b.atMs)).map(({ event }) => event);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function msOf({ time }: Event): number | null {
  return time ? Number(time.seconds) * 1000 + time.nanos / 1e6 : null;
}

export type Player = { stop(): void };

/** Node that records without one are served by. */
const NAMELESS = "replay";

/**
 * Begins to serve a recording: all of it now, or event by event. A node status reaches only the
 * streams that are open then. Throws an `AppError` for a speed that is none.
 */
export function play(
  { events }: Recording,
  { speed, fromNow = false }: Omit<ReplayOptions, "file">,
  relay: Relay,
): Player {
  if (speed !== undefined && !(speed > 0 && speed < Number.POSITIVE_INFINITY)) {
    throw new AppError(
      "config",
      `The replay speed is ${speed}; it must be a number above 0, such as 10.`,
    );
  }
  if (speed === undefined && !fromNow) {
    for (const event of events) send(relay, event, event.time);
    return { stop: () => {} };
  }
  return playPaced(events, speed ?? 1, fromNow, relay);
}

function playPaced(
  events: readonly Event[],
  speed: number,
  fromNow: boolean,
  relay: Relay,
): Player {
  const startMs = Date.now();
  const firstMs = events.map(msOf).find((ms) => ms !== null) ?? 0;
  const dueAt = (event: Event) => startMs + ((msOf(event) ?? firstMs) - firstMs) / speed;
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  function sendDue(): void {
    for (let event = events[next]; event && dueAt(event) <= Date.now(); event = events[next]) {
      send(relay, event, fromNow && event.time ? timestampOfMs(dueAt(event)) : event.time);
      next += 1;
    }
    const upcoming = events[next];
    if (!upcoming) return;
    // A timer holds at most 24.8 days; a longer pause is waited for in parts.
    timer = setTimeout(sendDue, Math.min(Math.max(1, dueAt(upcoming) - Date.now()), 86_400_000));
  }
  sendDue();
  return { stop: () => clearTimeout(timer) };
}

function send(relay: Relay, event: Event, time: Timestamp | undefined): void {
  const nodeName = event.nodeName === "" ? NAMELESS : event.nodeName;
  switch (event.kind) {
    case "flow":
      relay.emit({ ...event.flow, node_name: event.nodeName, time }, nodeName);
      return;
    case "lost":
      relay.emitLost(nodeName, event.lost, time);
      return;
    case "status":
      relay.emitNodeStatus(
        event.status.state_change,
        event.status.node_names,
        event.status.message,
      );
      return;
  }
}
