/**
 * Exports: everything a view holds as one stream, oldest first, read page by page at the pace of
 * whoever takes it. A page is read only when the last one was taken, so an export of any size holds
 * one page in memory. What fails midway fails the stream: a cut export must not look like a whole one.
 */
import type { DropColumn, ExportFormat } from "@/lib/drops/drop-columns";
import type { DropCursor } from "@/lib/drops/drop-cursor";
import { AppError } from "@/lib/errors";
import type { EvidencePage } from "@/lib/store/drops-table";
import type { Store } from "@/lib/store/store";
import { createSlices } from "@/lib/turns";
import type { Expecting } from "./expecting";
import { csvHead, csvLine } from "./export-csv";
import { flowLines } from "./export-lines";
import type { RangeParams } from "./past";
import type { Writer } from "./writer";

export type ExportWanted = { format: ExportFormat; columns: readonly DropColumn[] };

export type Export = {
  filename: string;
  contentType: string;
  /** As counted at its begin: drops, and lines without the head of a CSV. */
  drops: number;
  lines: number;
  /** Rejects when the store fails, or when nobody takes the next piece for too long. */
  pieces: AsyncIterator<Uint8Array> & { return(): Promise<IteratorResult<Uint8Array>> };
};

export type Exports = {
  /** @throws AppError `too-many` while as many exports run as may. */
  open(params: RangeParams, wanted: ExportWanted): Promise<Export>;
  /** Exports that run now. */
  readonly running: number;
};

type Options = {
  store: Pick<Store, "evidencePage" | "countDrops">;
  writer: Pick<Writer, "flush">;
  expecting: Pick<Expecting, "settled" | "where">;
  nowMs: () => number;
  pageRows?: number;
  stallMs?: number;
};

const MAX_RUNNING = 4;
const PAGE_ROWS = 2_000;
/** Whoever takes nothing for this long gives way to others. */
const STALL_MS = 120_000;
/** Drops of a piece. */
const PIECE_ROWS = 200;

const TYPES: Record<ExportFormat, string> = {
  csv: "text/csv; charset=utf-8; header=present",
  jsonl: "application/x-ndjson; charset=utf-8",
};

export function createExports(options: Options): Exports {
  const { store, writer, expecting, nowMs, pageRows = PAGE_ROWS, stallMs = STALL_MS } = options;
  let running = 0;

  return {
    async open(params, wanted) {
      if (running >= MAX_RUNNING) {
        throw new AppError(
          "too-many",
          `${MAX_RUNNING} exports run already. Wait for one to end, or stop it.`,
        );
      }
      running += 1;
      let freed = false;
      const free = () => {
        if (!freed) running -= 1;
        freed = true;
      };
      try {
        await writer.flush().catch(() => {});
        await expecting.settled();
        const { fromMs, toMs, query } = params;
        const range = { fromMs, toMs, where: expecting.where(query, { fromMs, toMs }) };
        const { drops, flows } = await store.countDrops(range);
        const read = (after: DropCursor | undefined) =>
          store.evidencePage({ ...range, limit: pageRows, after, raw: wanted.format === "jsonl" });
        return {
          filename: filenameOf(params, wanted.format, nowMs()),
          contentType: TYPES[wanted.format],
          drops,
          lines: wanted.format === "csv" ? drops : flows,
          pieces: guarded(piecesOf(read, wanted), stallMs, free),
        };
      } catch (error) {
        free();
        throw error;
      }
    },
    get running() {
      return running;
    },
  };
}

async function* piecesOf(
  read: (after: DropCursor | undefined) => Promise<EvidencePage>,
  { format, columns }: ExportWanted,
): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder();
  const slices = createSlices(1);
  if (format === "csv") yield encoder.encode(csvHead(columns));
  for (let after: DropCursor | undefined, done = false; !done; ) {
    const page = await read(after);
    for (let at = 0; at < page.drops.length; at += PIECE_ROWS) {
      const text = page.drops
        .slice(at, at + PIECE_ROWS)
        .map((drop) => (format === "csv" ? csvLine(drop, columns) : flowLines(drop)))
        .join("");
      yield encoder.encode(text);
      if (slices.isUp()) await slices.next();
    }
    after = page.last;
    done = after === undefined;
  }
}

/** Calls `free` once, however it ends: read to the end, failed, left, or not taken for too long. */
function guarded(
  pieces: AsyncGenerator<Uint8Array, undefined>,
  stallMs: number,
  free: () => void,
): Export["pieces"] {
  let stalled = false;
  let timer: ReturnType<typeof setTimeout>;
  const watch = () => {
    timer = setTimeout(() => {
      stalled = true;
      free();
      void pieces.return(undefined);
    }, stallMs);
    timer.unref();
  };
  watch();
  return {
    async next() {
      clearTimeout(timer);
      if (stalled) throw new AppError("unavailable", "Nobody took the export for too long.");
      try {
        const result = await pieces.next();
        if (result.done) free();
        else watch();
        return result;
      } catch (error) {
        free();
        throw error;
      }
    },
    async return() {
      clearTimeout(timer);
      free();
      return pieces.return(undefined);
    },
  };
}

/** `droplens-20261121T140000Z-20261121T150000Z.csv`; the end is now where the range goes on. */
function filenameOf({ fromMs, toMs }: RangeParams, format: ExportFormat, nowMs: number): string {
  return `droplens-${stamp(fromMs)}-${stamp(Math.min(toMs, nowMs))}.${format}`;
}

function stamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
}
