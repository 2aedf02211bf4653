/** The layout, off the main thread. One question, one answer, told apart by their number. */
import { layOutAfter } from "@/lib/graph/place-new";
import type { LayoutInput, Placement } from "@/lib/graph/placement";

export type LayoutQuestion = { number: number; previous: Placement | null; input: LayoutInput };
export type LayoutAnswer = { number: number; placement: Placement; tookMs: number };

/** The part of a worker's own scope that is used: the compiler only knows the page's. */
type Scope = {
  addEventListener(type: "message", listener: (event: MessageEvent<LayoutQuestion>) => void): void;
  postMessage(answer: LayoutAnswer): void;
};

const scope: Scope = self;

scope.addEventListener("message", ({ data }) => {
  const beganMs = performance.now();
  const placement = layOutAfter(data.previous, data.input);
  scope.postMessage({ number: data.number, placement, tookMs: performance.now() - beganMs });
});
