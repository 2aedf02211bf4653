import { describe, expect, it } from "vitest";
import { createSvgPen, escapeXml } from "@/components/graph/svg-pen";

describe("an exported picture", () => {
  it("holds text from flows as text", () => {
    const pen = createSvgPen({ sans: "sans-serif", mono: "monospace" });
    pen.text('<script>alert("x")</script>&', { x: 1, y: 2 }, { size: 12, color: "red" });
    const svg = pen.finish(10, 10, "a < b");
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;");
    expect(svg).toContain("<title>a &lt; b</title>");
  });

  it("holds nothing that XML cannot", () => {
    expect(escapeXml("a\u0000b\u001bc\ud800d\uffff")).toBe("a\ufffdb\ufffdc\ufffdd\ufffd");
  });

  it("cuts what would not fit and says so", () => {
    const pen = createSvgPen({ sans: "s", mono: "m" });
    pen.text(
      "a-very-long-name-of-a-workload",
      { x: 0, y: 0 },
      { size: 12, color: "c", maxWidth: 60 },
    );
    expect(pen.finish(1, 1, "")).toMatch(/>a-very-[^<]*…</);
  });
});
