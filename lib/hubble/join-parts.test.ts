import { afterEach, describe, expect, it, vi } from "vitest";
import { createPartJoiner, MAX_GUESSED_PARTS, MAX_HELD, MAX_STREAMS } from "./join-parts";

afterEach(() => vi.restoreAllMocks());

const marked = (log: string, stream: string) => JSON.stringify({ log, stream, _p: "P" });
const last = (log: string, stream: string) => JSON.stringify({ log, stream, _p: "F" });
const docker = (log: string) => JSON.stringify({ log, stream: "stdout" });

describe("parts that wait for their end", () => {
  it("of more streams than there can be: the one that waited longest goes on as it is", () => {
    const joiner = createPartJoiner();
    for (let n = 0; n < MAX_STREAMS; n++) expect(joiner.add(marked(`{${n}`, `s${n}`))).toEqual([]);
    expect(joiner.add(marked("a", "s0"))).toEqual([]);
    expect(joiner.add(marked("{x", "another"))).toEqual(["{1"]);
    expect(joiner.add(last("}", "s0"))).toEqual(["{0a}"]);
    expect(joiner.rest()).toHaveLength(MAX_STREAMS - 1);
  });

  it("are bounded in all, whatever the streams are called", () => {
    const joiner = createPartJoiner();
    let given = 0;
    for (let n = 0; n < 40; n++) {
      given += joiner.add(marked("a".repeat(300_000), `${n}`)).join("").length;
    }
    const kept = joiner.rest().join("").length;
    expect(kept).toBeLessThanOrEqual(MAX_HELD);
    expect(kept + given).toBe(40 * 300_000);
  });

  it("are bounded by their lines, since a short part keeps the long line it was cut from", () => {
    const joiner = createPartJoiner();
    const tag = "t".repeat(MAX_HELD / 4);
    const line = `2026-11-21T07:59:24Z stdout P:${tag} just a short part`;
    expect([1, 2, 3].flatMap(() => joiner.add(line))).toEqual([]);
    expect(joiner.add(line)).toEqual(["just a short part".repeat(4)]);
    expect(joiner.rest()).toEqual([]);
  });

  it("give their room back when the end has come", () => {
    const joiner = createPartJoiner();
    const half = "a".repeat(900_000);
    for (let n = 0; n < 6; n++) {
      expect(joiner.add(marked(half, "stdout"))).toEqual([]);
      expect(joiner.add(last("b", "stdout"))).toEqual([`${half}b`]);
    }
  });
});

describe("parts that nothing marks", () => {
  it("are given up when a record could not have so many", () => {
    const joiner = createPartJoiner();
    expect(joiner.add(docker('{"'))).toEqual([]);
    for (let n = 2; n < MAX_GUESSED_PARTS; n++) expect(joiner.add(docker("a"))).toEqual([]);
    const whole = `{"${"a".repeat(MAX_GUESSED_PARTS - 1)}`;
    expect(joiner.add(docker("a"))).toEqual([whole]);
    expect(joiner.add(docker("a"))).toEqual([docker("a")]);
  });

  it("are parsed as often as they are long, and not again with each that comes", () => {
    const joiner = createPartJoiner();
    const parse = vi.spyOn(JSON, "parse");
    const lines = [
      docker(`{"a":"${"x".repeat(500_000)}`),
      ...Array.from({ length: MAX_GUESSED_PARTS - 2 }, () => docker("}")),
    ];
    for (const line of lines) expect(joiner.add(line)).toEqual([]);
    const parsed = parse.mock.calls.reduce((sum, [text]) => sum + String(text).length, 0);
    expect(parsed).toBeLessThan(3 * lines.join("").length);
  });

  it("end where the braces are closed, also when a cut lies in an escape", () => {
    const record = JSON.stringify({ a: { b: 'curly }{ "quoted" \\' }, c: 1 });
    for (let at = 1; at < record.length; at++) {
      const joiner = createPartJoiner();
      expect(joiner.add(docker(record.slice(0, at)))).toEqual([]);
      expect(joiner.add(docker(record.slice(at)))).toEqual([record]);
    }
  });

  it("what closes its braces and is no JSON waits for nothing", () => {
    const joiner = createPartJoiner();
    expect(joiner.add(docker("{broken}"))).toEqual([docker("{broken}")]);
    expect(joiner.rest()).toEqual([]);
  });
});
