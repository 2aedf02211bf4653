import { expect, it } from "vitest";
import { logConsole } from "./console-log";
import { createLog } from "./log";

function printed(print: (console: Pick<Console, "error" | "warn">) => void): unknown[] {
  const lines: string[] = [];
  const target = { error: () => {}, warn: () => {} };
  logConsole(
    createLog("info", (line) => lines.push(line)),
    target,
  );
  print(target);
  return lines.map((line) => JSON.parse(line));
}

it("makes one line of what is printed in many", () => {
  const error = new TypeError("'TRACE' HTTP method is unsupported.");
  expect(printed(({ error: print }) => print(error))).toMatchObject([
    {
      level: "error",
      msg: "TypeError: 'TRACE' HTTP method is unsupported.",
      text: expect.stringMatching(/\n {4}at /),
    },
  ]);
});

it("keeps the level, fills in what is to be filled in, and tells equal messages once a minute", () => {
  const lines = printed(({ warn }) => {
    warn("exceeded %s for %s\nmore", "68 kB", "/a");
    warn("exceeded %s for %s\nother", "68 kB", "/a");
  });
  expect(lines).toMatchObject([{ level: "warn", msg: "exceeded 68 kB for /a" }]);
});

it("does not take what is long as a whole", () => {
  const [line] = printed(({ error }) => error("x".repeat(100_000)));
  expect(JSON.stringify(line).length).toBeLessThan(5_000);
});
