import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { CaptureSamples } from "./capture-samples";

it("shows what the file holds with its hidden characters visible, in the reason as in the sample", () => {
  const hidden = "\u202egnp.exe\u200b";
  const samples = [{ line: 1_234, reason: `found "${hidden}"`, sample: `{${hidden}` }];
  const html = renderToStaticMarkup(createElement(CaptureSamples, { samples }));
  expect(html).toContain("Line 1,234");
  expect(html.match(/gnp\.exe/g)?.length).toBeGreaterThanOrEqual(2);
  expect(html).not.toMatch(/[\u202e\u200b]/);
});
