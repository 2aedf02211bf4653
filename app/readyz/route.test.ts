import { afterAll, beforeAll, expect, it } from "vitest";
import { setRuntime } from "@/lib/live/runtime";
import { type SampleRuntime, startSampleRuntime } from "@/lib/live/sample-runtime";
import { GET } from "./route";

let system: SampleRuntime;

beforeAll(async () => {
  system = await startSampleRuntime();
  setRuntime(system.runtime);
});

afterAll(() => system.dispose());

it("tells a stranger whether pages are served, and neither sources nor what fails", async () => {
  const response = GET();
  expect(response.status).toBe(200);
  expect(Object.keys(await response.json())).toEqual(["status"]);
});
