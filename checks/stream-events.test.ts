import { expect, it } from "vitest";
import { EVENTS } from "@/components/live/event-stream";
import { SSE_EVENTS } from "@/lib/http/sse";

it("pages listen for every event that the server tells", () => {
  expect([...EVENTS].sort()).toEqual([...SSE_EVENTS].sort());
});
