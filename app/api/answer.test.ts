import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { setRuntime } from "@/lib/live/runtime";
import { type SampleRuntime, startSampleRuntime } from "@/lib/live/sample-runtime";
import { answer, answerWrite } from "./answer";

let system: SampleRuntime;

beforeAll(async () => {
  system = await startSampleRuntime();
  setRuntime(system.runtime);
});

afterAll(() => system.dispose());

const HOST = "localhost:3000";
const OURS = { host: HOST, origin: `http://${HOST}`, "content-type": "application/json" };
const context = { params: Promise.resolve({}) };

const read = answer(async () => ({ read: true }));
const write = answerWrite(z.strictObject({ name: z.string() }), async ({ name }) => ({ name }));
const remove = answerWrite(null, async (body) => ({ body }));

type Headers = Record<string, string>;

function send(headers: Headers, body: BodyInit | null = '{"name":"a"}'): Promise<Response> {
  const init = { method: "POST", headers, body, duplex: "half" };
  return write(new Request(`http://${HOST}/api/things`, init), context);
}

function without(headers: Headers, name: string): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

describe("a write", () => {
  it.each<[string, Headers]>([
    ["our own origin", OURS],
    ["JSON said to be UTF-8", { ...OURS, "content-type": "application/json; charset=utf-8" }],
    ["no origin on our own page", { ...without(OURS, "origin"), "sec-fetch-site": "same-origin" }],
  ])("is taken with %s", async (_what, headers) => {
    const response = await send(headers);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ name: "a" });
  });

  it.each<[number, string, Headers]>([
    [403, "another site's origin", { ...OURS, origin: "https://evil.test" }],
    [403, "the origin null", { ...OURS, origin: "null" }],
    [403, "neither origin nor site", without(OURS, "origin")],
    [403, "a cross-site request", { ...OURS, "sec-fetch-site": "cross-site" }],
    [403, "a foreign host", { ...OURS, host: "evil.test", origin: "http://evil.test" }],
    [415, "no content type", without(OURS, "content-type")],
    [415, "a form", { ...OURS, "content-type": "application/x-www-form-urlencoded" }],
    [415, "plain text", { ...OURS, "content-type": "text/plain" }],
    [415, "another charset", { ...OURS, "content-type": "application/json; charset=utf-16" }],
  ])("is refused with %i for %s", async (status, _what, headers) => {
    const response = await send(headers, new TextEncoder().encode('{"name":"a"}'));
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  it.each<[number, string, BodyInit]>([
    [400, "no JSON", "{"],
    [400, "nothing", ""],
    [400, "another shape", '{"name":1}'],
    [400, "a member too many", '{"name":"a","more":1}'],
    [413, "more than 64 KiB", JSON.stringify({ name: "a".repeat(65_536) })],
    [413, "a stream of more than 64 KiB", new Blob([" ".repeat(70_000)]).stream()],
  ])("is refused with %i for a body of %s", async (status, _what, body) => {
    expect((await send(OURS, body)).status).toBe(status);
  });

  it("names the member that does not fit", async () => {
    const problem = await (await send(OURS, '{"name":1}')).json();
    expect(problem).toMatchObject({
      title: "Bad request",
      detail: expect.stringMatching(/^name: /),
    });
  });

  it("without a body needs no content type, but our own origin", async () => {
    const ask = (headers: Headers) =>
      remove(new Request(`http://${HOST}/api/things/1`, { method: "DELETE", headers }), context);
    expect((await ask(without(OURS, "content-type"))).status).toBe(200);
    expect((await ask({ host: HOST, origin: "null" })).status).toBe(403);
  });
});

describe("a read", () => {
  it.each<[number, Headers]>([
    [200, { host: HOST }],
    [403, { host: HOST, "sec-fetch-site": "cross-site" }],
    [403, { host: "evil.test" }],
  ])("answers %i to %o", async (status, headers) => {
    const response = await read(new Request(`http://${HOST}/api/things`, { headers }), context);
    expect(response.status).toBe(status);
  });
});

describe("an answer that has not passed proxy.ts", () => {
  const ask = (headers: Headers) =>
    read(new Request(`http://${HOST}/api/things`, { headers }), context);

  it.each<[string, Headers]>([
    ["given", { host: HOST }],
    ["refused", { host: "evil.test" }],
  ])("has the headers that every answer has, when it is %s", async (_what, headers) => {
    const response = await ask(headers);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("leaves them to it otherwise", async () => {
    const response = await ask({ host: HOST, "x-nonce": "n" });
    expect(response.headers.has("x-content-type-options")).toBe(false);
  });
});

describe("a browser that leaves while its body is read", () => {
  it("is no bug, and nothing is logged", async () => {
    const logged = vi.spyOn(system.runtime.log, "error");
    const left = Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    const body = new ReadableStream({ pull: (controller) => controller.error(left) });
    expect((await send(OURS, body)).status).toBe(400);
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  });
});
