/**
 * Reads a growing file piece by piece: goes on where it was left, notices that the file was
 * truncated or rotated away, reads the old one to its end and goes on with what came after it.
 */
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { type FilePosition, recognise, withHead } from "./file-position";
import { createSplitter, type FileLine, type LineSplitter } from "./line-splitter";

/** `idle`: there is nothing to read now. `words`: something that the operator should know. */
export type Piece = { lines: readonly FileLine[]; words: string; idle: boolean };

export type Tail = {
  /** @throws when the file cannot be opened or read; it may be called again. */
  next(): Promise<Piece>;
  /** The last line where it has no newline; for files that grow no more. */
  rest(): readonly FileLine[];
  /** Behind the last complete line that was given; null before the first. */
  position(): Promise<FilePosition | null>;
  /** Bytes read and bytes there are, of the file that is being read. */
  progress(): Promise<{ done: number; total: number }>;
  close(): Promise<void>;
};

type Reading = {
  file: FileHandle;
  path: string;
  ino: number;
  known: FilePosition;
  /** Bytes read, complete lines or not. */
  offset: number;
  splitter: LineSplitter;
};

const CHUNK_BYTES = 256 * 1024;

export function createTail(path: string, from: FilePosition | null): Tail {
  let reading: Reading | null = null;
  let resume = from;
  const buffer = Buffer.alloc(CHUNK_BYTES);

  /** Opens where reading is to go on; `words` when something in between may be missing. */
  async function begin(): Promise<string> {
    const wanted = resume;
    const first = wanted === null ? path : ((await siblingWith(path, wanted.ino)) ?? path);
    const opened = await openAt(first, wanted);
    reading = opened.reading;
    resume = null;
    if (wanted === null || opened.isSame) return "";
    return `${path} is not the file that was read before: it was rotated or written anew, and lines between may be missing.`;
  }

  async function read(one: Reading): Promise<Piece> {
    const { bytesRead } = await one.file.read(buffer, 0, CHUNK_BYTES, one.offset);
    if (bytesRead > 0) {
      one.offset += bytesRead;
      // The splitter keeps what it is given, and the buffer is used again.
      const lines = one.splitter.add(Buffer.from(buffer.subarray(0, bytesRead)));
      return { lines, words: "", idle: false };
    }
    const { size } = await one.file.stat();
    if (size < one.offset) return truncated(one);
    const current = await stat(path).catch(() => null);
    // Rotated away, and nothing in its place yet: more may still come.
    if (current === null || current.ino === one.ino) return NOTHING_NOW;
    // What was written to the old one between its last read and its rotation.
    const last = await one.file.stat();
    if (last.size > one.offset) return { lines: [], words: "", idle: false };
    return goOn(one);
  }

  async function truncated(one: Reading): Promise<Piece> {
    const { position } = await recognise(one.file, null);
    const lines = one.splitter.rest();
    Object.assign(one, { known: position, offset: 0, splitter: createSplitter() });
    return {
      lines,
      words: `${path} was truncated; it is read from its beginning.`,
      idle: false,
    };
  }

  /** From a file that was rotated away to the one that came after it. */
  async function goOn(one: Reading): Promise<Piece> {
    const { reading: next } = await openAt(await fileAfter(path, one.ino), null);
    const lines = one.splitter.rest();
    await one.file.close();
    reading = next;
    return { lines, words: "", idle: false };
  }

  return {
    async next() {
      const words = reading === null ? await begin() : "";
      if (words !== "") return { lines: [], words, idle: false };
      return reading === null ? NOTHING_NOW : read(reading);
    },
    rest: () => reading?.splitter.rest() ?? [],
    async position() {
      if (reading === null) return resume;
      const { file, known, offset, splitter } = reading;
      return withHead(file, { ...known, offset: offset - splitter.pending });
    },
    async progress() {
      if (reading === null) return { done: 0, total: 0 };
      return { done: reading.offset, total: (await reading.file.stat()).size };
    },
    async close() {
      await reading?.file.close();
      reading = null;
    },
  };
}

const NOTHING_NOW: Piece = { lines: [], words: "", idle: true };

async function openAt(
  path: string,
  wanted: FilePosition | null,
): Promise<{ reading: Reading; isSame: boolean }> {
  const file = await open(path, "r");
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw new Error("it is a folder");
    const { position, isSame } = await recognise(file, wanted);
    const reading = {
      file,
      path,
      ino: stats.ino,
      known: position,
      offset: position.offset,
      splitter: createSplitter(),
    };
    return { reading, isSame };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What of a folder is the file itself or what it was renamed to. */
async function siblings(path: string): Promise<{ path: string; ino: number; mtimeMs: number }[]> {
  const names = (await readdir(dirname(path))).filter((name) => isOf(name, path));
  const found = await Promise.all(
    names.map(async (name) => {
      const one = join(dirname(path), name);
      const stats = await stat(one).catch(() => null);
      return stats?.isFile() === true
        ? { path: one, ino: stats.ino, mtimeMs: stats.mtimeMs }
        : null;
    }),
  );
  return found.filter((one) => one !== null);
}

const PACKED = /\.(gz|bz2|xz|zst|lz4)$/;

/**
 * `events.log`, `events-2026-11-21T07-00-00.log`, `events.log.1`; not `events-all.log`, which another
 * exporter may write.
 */
function isOf(name: string, path: string): boolean {
  const whole = basename(path);
  const stem = basename(path, extname(path));
  if (PACKED.test(name) || !name.startsWith(stem)) return false;
  if (name.startsWith(whole)) return /^([-._]|$)/.test(name.slice(whole.length));
  return /^[-._]\d/.test(name.slice(stem.length));
}

async function siblingWith(path: string, ino: number): Promise<string | null> {
  return (await siblings(path)).find((one) => one.ino === ino)?.path ?? null;
}

/** The oldest of those written after the file with this number; several rotations may lie between. */
async function fileAfter(path: string, ino: number): Promise<string> {
  const all = (await siblings(path)).sort((a, b) => a.mtimeMs - b.mtimeMs);
  const at = all.findIndex((one) => one.ino === ino);
  // Where it is gone (compressed, deleted) only the current one is known to come after it.
  return at < 0 ? path : (all[at + 1]?.path ?? path);
}
