/** The browser's side of opening a capture against the routes themselves, with answers that get lost. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { POST as addBytes } from "@/app/api/captures/[id]/bytes/route";
import { DELETE, GET } from "@/app/api/captures/[id]/route";
import { POST as begin } from "@/app/api/captures/route";
import { uploadCapture } from "@/components/captures/upload";
import type { CaptureSummary } from "@/lib/drops/capture";
import { messageToJson } from "@/lib/hubble/write-json";
import { METADATA_POLICY, metadataPacket } from "@/lib/live/hubble-flows";
import { setRuntime } from "@/lib/live/runtime";
import { type SampleRuntime, startSampleRuntime } from "@/lib/live/sample-runtime";

const HOST = "localhost:3000";
const PACKETS = 60;
const TEXT = Array.from({ length: PACKETS }, (_, at) =>
  metadataPacket(new Date(Date.UTC(2026, 2, 14, 9, 0, at)).toISOString(), 20_000 + at, {
    egress_denied_by: [METADATA_POLICY],
  })
    .map((flow) => `${JSON.stringify({ flow: messageToJson("flow.Flow", flow) })}\n`)
    .join(""),
).join("");
const FILE = new File([TEXT], "spring.jsonl");
/** Three parts. */
const PART = Math.ceil(FILE.size / 3);

let system: SampleRuntime;
/** What becomes of the answer to a part; by default it arrives. */
let onAnswer: (at: number, answer: Promise<Response>) => Promise<Response>;
let asked: string[];

beforeAll(async () => {
  system = await startSampleRuntime();
  setRuntime(system.runtime);
});
beforeEach(() => {
  asked = [];
  onAnswer = (_, answer) => answer;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => answerTo(path, init));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const { id } of system.runtime.captures.list()) await system.runtime.captures.close(id);
});
afterAll(() => system.dispose());

function answerTo(path: string, { signal, ...init }: RequestInit): Promise<Response> {
  signal?.throwIfAborted();
  const url = new URL(path, `http://${HOST}`);
  const method = init.method ?? "GET";
  asked.push(`${method} ${url.searchParams.get("at") ?? ""}`.trim());
  const headers = new Headers(init.headers);
  headers.set("host", HOST);
  headers.set("origin", `http://${HOST}`);
  const request = new Request(url, { ...init, headers });
  const [, , , id, bytes] = url.pathname.split("/");
  if (id === undefined) return begin(request, { params: Promise.resolve({}) });
  const context = { params: Promise.resolve({ id }) };
  if (bytes !== undefined) {
    return onAnswer(Number(url.searchParams.get("at")), addBytes(request, context));
  }
  return method === "DELETE" ? DELETE(request, context) : GET(request, context);
}

/** Loses the first answer to the part at `at`; the server goes on with it. */
function loseOnce(lostAt: number, isRead: boolean): void {
  let isLost = false;
  onAnswer = async (at, answer) => {
    if (at !== lostAt || isLost) return answer;
    isLost = true;
    if (isRead) await answer;
    throw new TypeError("fetch failed");
  };
}

function upload(
  signal = new AbortController().signal,
  onProgress: (capture: CaptureSummary) => void = () => {},
): Promise<CaptureSummary> {
  return uploadCapture(FILE, PART, signal, onProgress);
}

const openNow = () => system.runtime.captures.list();
const WHOLE = { state: "ready", lines: 2 * PACKETS, account: { stored: PACKETS, duplicate: 0 } };

describe("a file that is sent", () => {
  it("goes in parts, each once", async () => {
    expect(await upload()).toMatchObject(WHOLE);
    expect(asked).toEqual(["POST", "POST 0", `POST ${PART}`, `POST ${2 * PART}`]);
  });

  it.each([
    ["the last part, once it is read", 2 * PART, true],
    ["the last part, while it is read", 2 * PART, false],
    ["the last but one, once it is read", PART, true],
    ["the last but one, while it is read", PART, false],
  ])("is whole when the answer is lost to %s", async (_, at, isRead) => {
    loseOnce(at, isRead);
    expect(await upload()).toMatchObject(WHOLE);
    expect(asked).toContain("GET");
    expect(asked).not.toContain("DELETE");
    expect(openNow()).toMatchObject([WHOLE]);
  });

  it("is whole when a part was refused because another is being read", async () => {
    let refusals = 0;
    onAnswer = async (at, answer) => {
      if (at !== PART || refusals > 0) return answer;
      refusals += 1;
      await answer;
      return new Response('{"detail":"Earlier bytes are still being read."}', { status: 409 });
    };
    expect(await upload()).toMatchObject(WHOLE);
    expect(asked).toEqual(["POST", "POST 0", `POST ${PART}`, "GET", `POST ${2 * PART}`]);
  });

  it("leaves nothing behind when it is called off while the capture is begun", async () => {
    const controller = new AbortController();
    const sent = upload(controller.signal);
    controller.abort();
    await expect(sent).rejects.toThrow("abort");
    await vi.waitFor(() => expect(asked).toEqual(["POST", "DELETE"]));
    await vi.waitFor(() => expect(openNow()).toEqual([]));
  });

  it("leaves nothing behind when it is called off between two parts", async () => {
    const controller = new AbortController();
    const sent = upload(controller.signal, ({ bytes }) => {
      if (bytes > 0) controller.abort();
    });
    await expect(sent).rejects.toThrow("abort");
    await vi.waitFor(() => expect(openNow()).toEqual([]));
  });
});
