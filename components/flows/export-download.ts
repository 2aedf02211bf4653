/**
 * An export fetched with its progress known. The pieces go into blobs of some megabytes, which the
 * browser may keep on its disk. An answer that breaks off or is short is an error, never a file.
 */
import { RequestError } from "@/components/ui/fetch-json";
import { ofCapture } from "@/components/ui/of-capture";

export type ExportProgress = { bytes: number; lines: number; allLines: number };
export type ExportFile = ExportProgress & { blob: Blob; filename: string };

const PART_BYTES = 8 << 20;
const LINE_FEED = 10;

/** Throws `RequestError` in words, or the abort's error when `signal` fires. */
export async function downloadExport(
  path: string,
  signal: AbortSignal,
  onProgress: (progress: ExportProgress) => void,
): Promise<ExportFile> {
  const response = await ask(path, signal);
  const type = response.headers.get("content-type") ?? "";
  const filename = /filename="([^"]+)"/.exec(
    response.headers.get("content-disposition") ?? "",
  )?.[1];
  const allLines = Number(response.headers.get("x-droplens-lines"));
  // The head of a CSV is no line of it.
  let lines = type.startsWith("text/csv") ? -1 : 0;
  let bytes = 0;
  let blob = new Blob([], { type });
  let part: Uint8Array<ArrayBuffer>[] = [];
  let partBytes = 0;
  for await (const piece of piecesOf(response, signal)) {
    bytes += piece.length;
    lines += countLines(piece);
    part.push(piece);
    partBytes += piece.length;
    if (partBytes > PART_BYTES) {
      blob = new Blob([blob, ...part], { type });
      part = [];
      partBytes = 0;
    }
    onProgress({ bytes, lines: Math.min(Math.max(lines, 0), allLines), allLines });
  }
  if (lines < allLines) {
    throw new RequestError(`Only ${lines} of ${allLines} lines came. Try again.`, 0);
  }
  blob = new Blob([blob, ...part], { type });
  return { blob, filename: filename ?? "droplens-export", bytes, lines: allLines, allLines };
}

async function ask(path: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(ofCapture(path), { signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new RequestError("Droplens did not answer. Is the server still running?", 0, cause);
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  const detail =
    typeof body === "object" && body !== null && "detail" in body ? String(body.detail) : "";
  throw new RequestError(
    detail || `Droplens answered with status ${response.status}.`,
    response.status,
  );
}

async function* piecesOf(response: Response, signal: AbortSignal) {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new RequestError("The connection broke off before the end of the export.", 0, cause);
  }
}

function countLines(piece: Uint8Array): number {
  let lines = 0;
  for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1))
    lines += 1;
  return lines;
}

/** Hands a file to the browser's downloads. */
export function saveFile({ blob, filename }: Pick<ExportFile, "blob" | "filename">): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  // The download has its own hold of the blob once it began.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
