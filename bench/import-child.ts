/** Writes a file as an exporter does, and reads its lines and nothing else: see `import.ts`. */
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { GetFlowsResponse } from "@/lib/hubble/generated/observer/observer";
import { messageToJson } from "@/lib/hubble/write-json";
import { answer } from "./child";
import { benchFlows } from "./flows";

export type ImportRequest =
  | { do: "write"; path: string; bytes: number }
  | { do: "read"; path: string };

const DROPS_A_PIECE = 2_000;
/** Flow time of a piece: 2,000 drops a second. */
const PIECE_MS = 1_000;

answer(async (request: ImportRequest) => {
  const began = { ms: performance.now(), cpu: process.cpuUsage() };
  const lines =
    request.do === "write" ? write(request.path, request.bytes) : await read(request.path);
  const { user, system } = process.cpuUsage(began.cpu);
  return { lines, ms: performance.now() - began.ms, cpuMs: (user + system) / 1_000 };
});

/** Lines as Cilium's exporter writes them: protobuf's own JSON, with its field names. */
function write(path: string, bytes: number): number {
  const flows = benchFlows();
  const file = openSync(path, "w");
  let size = 0;
  let lines = 0;
  const beganMs = Date.now() - 3_600_000;
  for (let piece = 0; size < bytes; piece++) {
    const fromMs = beganMs + piece * PIECE_MS;
    const text = flows
      .take(DROPS_A_PIECE, fromMs, fromMs + PIECE_MS)
      .map(
        (message) =>
          `${JSON.stringify(messageToJson("observer.GetFlowsResponse", GetFlowsResponse.decode(message)))}\n`,
      );
    lines += text.length;
    size += writeSync(file, text.join(""));
  }
  closeSync(file);
  return lines;
}

async function read(path: string): Promise<number> {
  let lines = 0;
  for await (const _ of createInterface({ input: createReadStream(path) })) lines += 1;
  return lines;
}
