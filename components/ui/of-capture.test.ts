import { expect, it } from "vitest";
import { ofCapture } from "@/components/ui/of-capture";

it("asks a capture about drops, and about nothing else", () => {
  expect(ofCapture("/api/groups?q=a", "c1")).toBe("/api/groups?q=a&capture=c1");
  expect(ofCapture("/api/drops/u1", "c1")).toBe("/api/drops/u1?capture=c1");
  expect(ofCapture("/api/sources", "c1")).toBe("/api/sources");
  expect(ofCapture("/api/expectations?x=1", "c1")).toBe("/api/expectations?x=1");
  expect(ofCapture("/api/groups?q=a", null)).toBe("/api/groups?q=a");
});
