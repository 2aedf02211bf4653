import { expect, it } from "vitest";
import { oneAtATime } from "./one-at-a-time";

it("work begins when what was handed in before it has ended, well or not", async () => {
  const inTurn = oneAtATime();
  const seen: string[] = [];
  let end = () => {};
  const first = inTurn(async () => {
    seen.push("first begins");
    await new Promise<void>((done) => {
      end = done;
    });
    seen.push("first ends");
    throw new Error("no");
  });
  const second = inTurn(async () => {
    seen.push("second");
    return 2;
  });
  await Promise.resolve();
  expect(seen).toEqual(["first begins"]);
  end();
  await expect(first).rejects.toThrow("no");
  await expect(second).resolves.toBe(2);
  expect(seen).toEqual(["first begins", "first ends", "second"]);
});
