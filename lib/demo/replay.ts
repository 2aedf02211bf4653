/**
 * Serves a recording from the demo relay: whole at once, with times as recorded, or paced as it
 * happened, faster or slower, and moved to the present if asked.
 */
import { AppError, messageOf } from "@/lib/errors";
import type { Timestamp } from "@/lib/hubble/generated/google/protobuf/timestamp";
import type { GetFlowsResponse } from "@/lib/hubble/generated/observer/observer";
import { type LineMessage, readMessages } from "@/lib/hubble/read-lines";
import { timestampOfMs } from "@/lib/hubble/timestamp";
import type { Relay } from "./relay";

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
  /** JSON that no `GetFlows` stream carries: agent and debug events, log lines. */
  skipped: number;
  bad: number;
  /** The first few bad lines: `line 3: not JSON`. */
  badLines: string[];
};

/** A recording read into memory, in the order of time. */
export type Recording = { events: GetFlowsResponse[]; report: ReplayReport };

const BAD_LINES_SHOWN = 3;

/** Rejects with an `AppError` of one line when the file cannot be read or has nothing to serve. */
export async function readRecording(file: string): Promise<Recording> {
  const report = { lines: 0, flows: 0, lost: 0, statuses: 0, skipped: 0, bad: 0, badLines: [] };
  const recording: Recording = { events: [], report };
  try {
    for await (const lines of readMessages(file)) {
      for (const line of lines) take(recording, line);
    }
  } catch (error) {
    throw new AppError(
      "config",
      `The replay file cannot be served: ${messageOf(error)}. Give the path of a file made by "hubble observe -o json" or by Hubble's exporter.`,
      { cause: error },
    );
  }
  if (recording.events.length === 0) throw new AppError("config", nothingToServe(file, report));
  recording.events = inOrderOfTime(recording.events);
  return recording;
}

function take({ events, report }: Recording, line: LineMessage): void {
  report.lines += 1;
  if ("message" in line) {
    const { flow, lost_events } = line.message;
    if (flow) report.flows += 1;
    else if (lost_events) report.lost += 1;
    else report.statuses += 1;
    events.push(line.message);
  } else if (line.kind === "skipped") {
    report.skipped += 1;
  } else {
    report.bad += 1;
    if (report.badLines.length < BAD_LINES_SHOWN) {
      report.badLines.push(`line ${line.line}: ${line.reason}`);
    }
  }
}

function nothingToServe(file: string, report: ReplayReport): string {
  const what =
    report.lines === 0
      ? "is empty"
      : `has no Hubble record in ${report.lines} lines (${report.badLines[0] ?? "JSON, but no flows"})`;
  return `The replay file ${file} ${what}. Record one with "hubble observe -o json --last 1000 > flows.jsonl".`;
}

/** Records without a time stay behind the one they followed. */
function inOrderOfTime(events: readonly GetFlowsResponse[]): GetFlowsResponse[] {
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

/** A flow's own time first: the one around it is a copy and may have been cut off. */
function timeOf({ flow, time }: GetFlowsResponse): Timestamp | undefined {
  return flow?.time ?? time;
}

function msOf(event: GetFlowsResponse): number | null {
  const time = timeOf(event);
  return time ? Number(time.seconds) * 1000 + time.nanos / 1e6 : null;
}

export type Player = { stop(): void };

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
    for (const event of events) send(relay, event, timeOf(event));
    return { stop: () => {} };
  }
  return playPaced(events, speed ?? 1, fromNow, relay);
}

function playPaced(
  events: readonly GetFlowsResponse[],
  speed: number,
  fromNow: boolean,
  relay: Relay,
): Player {
  const startMs = Date.now();
  const firstMs = events.map(msOf).find((ms) => ms !== null) ?? 0;
  const dueAt = (event: GetFlowsResponse) => startMs + ((msOf(event) ?? firstMs) - firstMs) / speed;
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  function sendDue(): void {
    for (let event = events[next]; event && dueAt(event) <= Date.now(); event = events[next]) {
      send(
        relay,
        event,
        fromNow && msOf(event) !== null ? timestampOfMs(dueAt(event)) : timeOf(event),
      );
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

/** Node that records without one are served by. */
const NAMELESS = "replay";

function send(relay: Relay, event: GetFlowsResponse, time: Timestamp | undefined): void {
  const { flow, lost_events, node_status } = event;
  const named = flow?.node_name || event.node_name;
  const nodeName = named === "" ? NAMELESS : named;
  if (flow) relay.emit({ ...flow, node_name: named, time }, nodeName);
  else if (lost_events) relay.emitLost(nodeName, lost_events, time);
  else if (node_status) {
    relay.emitNodeStatus(node_status.state_change, node_status.node_names, node_status.message);
  }
}
