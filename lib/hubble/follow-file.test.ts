import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FilePosition, positionFile } from "./file-position";
import { followFile } from "./follow-file";
import type { SourceEvent } from "./source-event";

let folder: string;
let path: string;
let followers: Follower[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "droplens-file-"));
  path = join(folder, "events.log");
  followers = [];
});

afterEach(async () => {
  for (const one of followers) await one.stop();
  rmSync(folder, { recursive: true, force: true });
});

const line = (uuid: string) =>
  `${JSON.stringify({ flow: { uuid, verdict: "DROPPED", time: "2026-11-21T07:00:00Z" } })}\n`;
const lines = (...uuids: string[]) => uuids.map(line).join("");

type Follower = {
  uuids: string[];
  words: string[];
  unreadable: string[];
  progress: { bytes: number; total: number }[];
  ended: Promise<void>;
  stop(): Promise<void>;
};

function follow(mode: "follow" | "once" = "follow", file = path): Follower {
  const aborter = new AbortController();
  const seen: Omit<Follower, "ended" | "stop"> = {
    uuids: [],
    words: [],
    unreadable: [],
    progress: [],
  };
  const options = {
    path: file,
    mode,
    memory: positionFile(join(folder, "state", "position.json")),
    room: async () => {},
    durable: async () => {},
    pollMs: 5,
    keepMs: 0,
  };
  const take = (event: SourceEvent) => {
    if (event.kind === "flow") seen.uuids.push(event.flow.uuid);
    if (event.kind === "malformed") seen.unreadable.push(event.reason);
    if (event.kind === "progress") seen.progress.push(event);
    if (event.kind === "status" && event.words !== "") seen.words.push(event.words);
  };
  const ended = (async () => {
    for await (const batch of followFile(options, aborter.signal)) batch.forEach(take);
  })();
  const follower: Follower = {
    ...seen,
    ended,
    async stop() {
      aborter.abort();
      await ended;
    },
  };
  followers.push(follower);
  return follower;
}

const PATIENCE = { timeout: 10_000 };

const until = (condition: () => void) =>
  expect
    .poll(() => {
      condition();
      return true;
    }, PATIENCE)
    .toBe(true);

/** The kept position has got as far as the file has. */
const kept = (bytes: number) =>
  expect
    .poll(() => positionFile(join(folder, "state", "position.json")).load()?.offset, PATIENCE)
    .toBe(bytes);

describe("followFile", () => {
  it("gives what is there and what is added, a line only once it is complete", async () => {
    writeFileSync(path, lines("a", "b"));
    const file = follow();
    await until(() => expect(file.uuids).toEqual(["a", "b"]));
    const next = line("c");
    appendFileSync(path, next.slice(0, 20));
    appendFileSync(path, next.slice(20) + line("d"));
    await until(() => expect(file.uuids).toEqual(["a", "b", "c", "d"]));
    expect(file.unreadable).toEqual([]);
  });

  it("waits in words for a file that is not there yet", async () => {
    const file = follow();
    await until(() => expect(file.words.join()).toContain("ENOENT"));
    expect(file.uuids).toEqual([]);
  });

  it("reads a file that was rotated away to its end, and then the ones after it", async () => {
    writeFileSync(path, lines("a"));
    const file = follow();
    await until(() => expect(file.uuids).toEqual(["a"]));
    appendFileSync(path, lines("b"));
    renameSync(path, join(folder, "events-2026-11-21T07-00-00.000.log"));
    writeFileSync(path, lines("c"));
    await until(() => expect(file.uuids).toEqual(["a", "b", "c"]));
  });

  it("takes the file of another exporter beside it for none of its own", async () => {
    writeFileSync(path, lines("a"));
    const file = follow();
    await until(() => expect(file.uuids).toEqual(["a"]));
    writeFileSync(join(folder, "events-all.log"), lines("x"));
    writeFileSync(join(folder, "events2.log"), lines("y"));
    renameSync(path, join(folder, "events-2026-11-21T07-00-00.000.log"));
    writeFileSync(path, lines("c"));
    await until(() => expect(file.uuids.at(-1)).toBe("c"));
    expect(file.uuids).toEqual(["a", "c"]);
  });

  it("keeps the last line of a rotated file until the one after it can be opened", async () => {
    writeFileSync(path, lines("a"));
    const file = follow();
    await until(() => expect(file.uuids).toEqual(["a"]));
    appendFileSync(path, line("b").trim());
    renameSync(path, join(folder, "events.log.1"));
    mkdirSync(path);
    await until(() => expect(file.words.join()).toContain("folder"));
    rmdirSync(path);
    writeFileSync(path, lines("c"));
    await until(() => expect(file.uuids).toEqual(["a", "b", "c"]));
  });

  it("begins anew when the file was truncated, and says so", async () => {
    writeFileSync(path, lines("a", "b"));
    const file = follow();
    await until(() => expect(file.uuids).toEqual(["a", "b"]));
    truncateSync(path, 0);
    appendFileSync(path, lines("c"));
    await until(() => expect(file.uuids).toEqual(["a", "b", "c"]));
    expect(file.words.join()).toContain("truncated");
  });

  it("counts the half of a line that a truncation took the rest of", async () => {
    writeFileSync(path, lines("a") + line("b").slice(0, 60));
    const file = follow();
    await until(() => expect(file.uuids).toEqual(["a"]));
    truncateSync(path, 0);
    appendFileSync(path, lines("c"));
    await until(() => expect(file.uuids).toEqual(["a", "c"]));
    expect(file.unreadable).toHaveLength(1);
  });

  it("goes on after a restart where it was left, even in the middle of a line", async () => {
    writeFileSync(path, lines("a", "b") + line("c").slice(0, 30));
    const first = follow();
    await kept(Buffer.byteLength(lines("a", "b")));
    await first.stop();
    appendFileSync(path, line("c").slice(30) + line("d"));
    const second = follow();
    await until(() => expect(second.uuids).toEqual(["c", "d"]));
  });

  it("goes on in the rotated file when rotation came between two runs", async () => {
    writeFileSync(path, lines("a"));
    const first = follow();
    await kept(Buffer.byteLength(lines("a")));
    await first.stop();
    appendFileSync(path, lines("b"));
    renameSync(path, join(folder, "events.log.1"));
    writeFileSync(path, lines("c"));
    const second = follow();
    await until(() => expect(second.uuids).toEqual(["b", "c"]));
    expect(second.words).toEqual([]);
  });

  it("says that lines may be missing when the file it knew is gone", async () => {
    writeFileSync(path, lines("a", "b"));
    const first = follow();
    await kept(Buffer.byteLength(lines("a", "b")));
    await first.stop();
    rmSync(path);
    writeFileSync(join(folder, "spacer"), "");
    writeFileSync(path, lines("x"));
    const second = follow();
    await until(() => expect(second.uuids).toEqual(["x"]));
    expect(second.words.join()).toContain("may be missing");
  });

  it("reads a file once to its end, its last line without newline too", async () => {
    writeFileSync(path, lines("a") + line("b").trim());
    const file = follow("once");
    await file.ended;
    expect(file.uuids).toEqual(["a", "b"]);
    expect(file.words.at(-1)).toContain("read to its end");
  });

  it("tells how far a file is read that is read once, packed or not, and of no other", async () => {
    const text = lines(...Array.from({ length: 5_000 }, (_, at) => `u${at}`));
    writeFileSync(path, text);
    const plain = follow("once");
    await plain.ended;
    expect(plain.progress[0]).toEqual({ kind: "progress", bytes: 262_144, total: text.length });
    expect(plain.progress.at(-1)?.bytes).toBe(text.length);
    const packed = gzipSync(text);
    writeFileSync(`${path}.gz`, packed);
    const unpacked = follow("once", `${path}.gz`);
    await unpacked.ended;
    const { length: total } = packed;
    expect(unpacked.progress.at(-1)).toEqual({ kind: "progress", bytes: total, total });
    appendFileSync(path, line("next"));
    const followed = follow();
    await until(() => expect(followed.uuids).toEqual(["next"]));
    expect(followed.progress).toEqual([]);
  });

  it("unpacks a packed file, and says when it is cut off", async () => {
    const packed = gzipSync(lines("a", "b"));
    writeFileSync(`${path}.gz`, packed);
    const whole = follow("once", `${path}.gz`);
    await whole.ended;
    expect(whole.uuids).toEqual(["a", "b"]);
    writeFileSync(`${path}.gz`, packed.subarray(0, packed.length - 12));
    const cut = follow("once", `${path}.gz`);
    await cut.ended;
    expect(cut.words.at(-1)).toContain("ended early");
  });

  it("counts a line that is no record and a line that is too long", async () => {
    writeFileSync(path, `{broken\n${"x".repeat(1024 * 1024 + 1)}\n${line("a")}`);
    const file = follow();
    await until(() => expect(file.uuids).toEqual(["a"]));
    expect(file.unreadable).toHaveLength(2);
  });
});

describe("positionFile", () => {
  it("is empty when it is missing or damaged", () => {
    const memory = positionFile(join(folder, "position.json"));
    expect(memory.load()).toBeNull();
    writeFileSync(join(folder, "position.json"), '{"ino": "x"');
    expect(memory.load()).toBeNull();
  });

  it("gives back what was kept", () => {
    const memory = positionFile(join(folder, "new", "position.json"));
    const position: FilePosition = { ino: 5, offset: 70, head: "ab", headBytes: 2 };
    memory.save(position);
    expect(memory.load()).toEqual(position);
  });
});
