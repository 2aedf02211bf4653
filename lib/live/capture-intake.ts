/**
 * Reads the bytes of a capture, as they are uploaded, into a store of its own: unpacks, cuts into
 * lines, decodes, joins to drops, and keeps the account. What it holds at a time is bounded.
 */
import { createGunzip, type Gunzip } from "node:zlib";
import { type Account, createAccount } from "@/lib/drops/accounting";
import type { Drop } from "@/lib/drops/drop";
import type { NameMemory } from "@/lib/drops/name-memory";
import { createPipeline } from "@/lib/drops/pipeline";
import { AppError, messageOf } from "@/lib/errors";
import type { DecodedEvent } from "@/lib/hubble/event";
import { createLineDecoder } from "@/lib/hubble/line-decoder";
import { createSplitter, type FileLine } from "@/lib/hubble/line-splitter";
import { createOtherText } from "@/lib/hubble/other-text";
import { createSlices } from "@/lib/turns";
import type { Writer } from "./writer";

export type CaptureIntake = {
  readonly account: Account;
  readonly counts: Readonly<CaptureCounts>;
  /** Reads the next bytes; resolves when they are read. @throws AppError when it cannot go on. */
  add(bytes: Buffer): Promise<void>;
  /** Behind the last byte: lets go of what waits. @throws AppError when the file ends too early. */
  end(): Promise<void>;
  /** Lets go of what waits where the file breaks off. */
  close(): Promise<void>;
  /** What the file seems to be, in words; null where it seems to be what it should be. */
  looksLike(): string | null;
  stop(): void;
};

export type CaptureCounts = {
  lines: number;
  records: number;
  flows: number;
  others: Record<string, number>;
  unreadable: number;
  samples: { line: number; reason: string; sample: string }[];
  lostAtMost: bigint;
};

export type IntakeOptions = {
  name: string;
  windowMs: number;
  maxUnpackedBytes: number;
  onDrop: (drop: Drop) => void;
  /** Names of addresses, learnt from the capture alone. */
  names: NameMemory;
  writer: Pick<Writer, "waiting" | "flush">;
};

/** What is read from a file arrives at no time: its own clocks are all there is to go by. */
function inFlowTime(names: NameMemory): NameMemory {
  return {
    ...names,
    learnAnswer: (flow) => names.learnAnswer(flow, flow.timeMs),
    learnDrop: (flow, series) => names.learnDrop(flow, series, flow.timeMs),
  };
}

const KEPT_SAMPLES = 5;
/** Drops that wait for the store while reading goes on. */
const MANY_WAITING = 10_000;

export function createCaptureIntake(options: IntakeOptions): CaptureIntake {
  const { name, windowMs, maxUnpackedBytes, onDrop, writer } = options;
  const account = createAccount();
  const names = inFlowTime(options.names);
  const pipeline = createPipeline({ origin: name, onDrop, windowMs, account, names });
  const splitter = createSplitter();
  const decoder = createLineDecoder();
  const otherText = createOtherText();
  const counts: CaptureCounts = {
    lines: 0,
    records: 0,
    flows: 0,
    others: {},
    unreadable: 0,
    samples: [],
    lostAtMost: 0n,
  };
  let unpackedBytes = 0;
  let unpacking: Unpacking | null | undefined;
  let isStopped = false;

  async function read(bytes: Buffer): Promise<void> {
    unpackedBytes += bytes.length;
    if (unpackedBytes > maxUnpackedBytes) throw tooLarge(maxUnpackedBytes);
    await takeLines(splitter.add(bytes));
  }

  async function takeLines(lines: readonly FileLine[]): Promise<void> {
    const slices = createSlices(1);
    for (const line of lines) {
      if (isStopped) return;
      takeLine(line);
      if (slices.isUp()) await slices.next();
    }
    while (writer.waiting > MANY_WAITING && !isStopped) await writer.flush();
  }

  function takeLine(one: FileLine): void {
    counts.lines += 1;
    if (one.text !== null) otherText.note(one.text);
    for (const event of decoder.events(one)) take(event, one.line);
  }

  function take(event: DecodedEvent, line: number): void {
    counts.records += 1;
    switch (event.kind) {
      case "flow":
        counts.flows += 1;
        // All arrives at once: twins are told by the time of the flows alone.
        pipeline.push(event.flow, 0);
        return;
      case "malformed":
        account.receive(1);
        account.reject(/large|long/.test(event.reason) ? "oversize" : "malformed", 1);
        counts.unreadable += 1;
        if (counts.samples.length < KEPT_SAMPLES) {
          counts.samples.push({ line, reason: event.reason, sample: event.sample });
        }
        return;
      case "lost":
        counts.lostAtMost += event.count;
        other("lost_events");
        return;
      case "node-status":
        other("node_status");
        return;
      case "skipped":
        other(event.what);
        return;
    }
  }

  async function close(): Promise<void> {
    pipeline.end();
    await writer.flush();
  }

  function other(what: string): void {
    counts.others[what] = (counts.others[what] ?? 0) + 1;
  }

  return {
    account,
    counts,
    async add(bytes) {
      // Told by its first bytes, since a name may say anything.
      if (unpacking === undefined) {
        otherText.begin(bytes);
        unpacking = isGzip(bytes) ? createUnpacking(read) : null;
      }
      await (unpacking === null ? read(bytes) : unpacking.add(bytes));
    },
    async end() {
      await unpacking?.end();
      await takeLines(splitter.rest());
      for (const event of decoder.rest()) take(event, counts.lines);
      await close();
    },
    close,
    looksLike: () => otherText.words(),
    stop() {
      isStopped = true;
      unpacking?.stop();
    },
  };
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

type Unpacking = { add(bytes: Buffer): Promise<void>; end(): Promise<void>; stop(): void };

/** Unpacks no faster than `read` takes it, so a small file that hides a large one stays small. */
function createUnpacking(read: (bytes: Buffer) => Promise<void>): Unpacking {
  const gunzip: Gunzip = createGunzip();
  const reading = (async () => {
    for await (const piece of gunzip) await read(piece);
  })();
  const failed = reading.then(
    () => new Promise<never>(() => {}),
    (error) => Promise.reject(error instanceof AppError ? error : notWhole(error)),
  );
  failed.catch(() => {});
  return {
    add(bytes) {
      const written = new Promise<void>((done) => {
        gunzip.write(bytes, () => done());
      });
      return Promise.race([written, failed]);
    },
    async end() {
      gunzip.end();
      await reading.catch(() => failed);
    },
    stop: () => gunzip.destroy(),
  };
}

function notWhole(cause: unknown): AppError {
  const why = `The file begins as gzip and cannot be unpacked: ${messageOf(cause)}.`;
  return new AppError("bad-request", why, { cause });
}

function tooLarge(maxBytes: number): AppError {
  const size = `${Math.round(maxBytes / 1e6)} MB`;
  return new AppError("too-large", `The file unpacks to more than ${size}. Open a part of it.`);
}
