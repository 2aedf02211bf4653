/**
 * How far a file has been read, in a form that survives restarts and tells the file from another
 * one of the same name: its number on the device and a hash of its beginning.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

export type FilePosition = {
  ino: number;
  /** Bytes read, always the end of a line. */
  offset: number;
  /** SHA-256 of the first `headBytes`, in hex. */
  head: string;
  headBytes: number;
};

/** Where a position is kept. Neither throws for a memory that is damaged: it is then empty. */
export type PositionMemory = {
  load(): FilePosition | null;
  /** On the disk when it returns. @throws when it cannot be written. */
  save(position: FilePosition): void;
};

const HEAD_BYTES = 256;

const stored = z.object({
  ino: z.number().int().nonnegative(),
  offset: z.number().int().nonnegative(),
  head: z.string(),
  headBytes: z.number().int().min(0).max(HEAD_BYTES),
});

export function positionFile(path: string): PositionMemory {
  return {
    load() {
      try {
        return stored.parse(JSON.parse(readFileSync(path, "utf8")));
      } catch {
        return null;
      }
    },
    save(position) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const draft = `${path}.new`;
      const file = openSync(draft, "w", 0o600);
      try {
        writeSync(file, JSON.stringify(position));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
    },
  };
}

/** The position at the beginning of a file or, where `known` is of this file, that position. */
export async function recognise(
  file: FileHandle,
  known: FilePosition | null,
): Promise<{ position: FilePosition; isSame: boolean }> {
  const { ino, size } = await file.stat();
  if (known !== null && known.ino === ino && known.offset <= size) {
    const head = await hashOfHead(file, known.headBytes);
    if (head === known.head) return { position: known, isSame: true };
  }
  return { position: await startOf(file), isSame: false };
}

/** The same position with as much of the file's beginning hashed as there is by now. */
export async function withHead(file: FileHandle, position: FilePosition): Promise<FilePosition> {
  const headBytes = Math.min(HEAD_BYTES, position.offset);
  if (headBytes <= position.headBytes) return position;
  return { ...position, headBytes, head: await hashOfHead(file, headBytes) };
}

async function startOf(file: FileHandle): Promise<FilePosition> {
  const { ino } = await file.stat();
  return { ino, offset: 0, head: await hashOfHead(file, 0), headBytes: 0 };
}

async function hashOfHead(file: FileHandle, bytes: number): Promise<string> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = bytes === 0 ? { bytesRead: 0 } : await file.read(buffer, 0, bytes, 0);
  return createHash("sha256").update(buffer.subarray(0, bytesRead)).digest("hex");
}
