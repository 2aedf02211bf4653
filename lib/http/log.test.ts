import { expect, it } from "vitest";
import { createLog } from "./log";

function logged(write: (log: ReturnType<typeof createLog>) => void, nowMs = () => 0): string[] {
  const lines: string[] = [];
  write(createLog("info", (line) => lines.push(line), nowMs));
  return lines;
}

it("writes one JSON object a line, and nothing below its level", () => {
  const lines = logged((log) => {
    log.debug("unseen");
    log.info("a\nb", { place: '"x"\r\n{"level":"error"}' });
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n\r]*\n$/);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    time: "1970-01-01T00:00:00.000Z",
    level: "info",
    msg: "a\nb",
    place: '"x"\r\n{"level":"error"}',
  });
});

it("escapes what a terminal obeys, what ends a line elsewhere and what turns text round", () => {
  const hostile = "\u001b[2J \u009b2J \u007f \u2028 \u2029 \u202e \u2066 \u200b \ufeff";
  const [line = ""] = logged((log) => log.warn(hostile));
  expect(line).toMatch(/^[ -~]+\n$/);
  expect(JSON.parse(line).msg).toBe(hostile);
});

it("counts equal messages within a minute, and tells how many there were with the next", () => {
  let nowMs = 0;
  const lines = logged(
    (log) => {
      for (let at = 0; at < 5; at++) log.error("again");
      nowMs = 60_000;
      log.error("again");
    },
    () => nowMs,
  );
  expect(lines.map((line) => JSON.parse(line).repeated)).toEqual([undefined, 4]);
});
