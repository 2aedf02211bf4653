import { expect, it } from "vitest";
import { pathOf } from "./l7";
import { redactUrl } from "./redact";

it.each([
  ["/a/b", "/a/b"],
  ["/a?x=1&y=2", "/a?x=HUBBLE_REDACTED&y=HUBBLE_REDACTED"],
  ["/a?token", "/a?HUBBLE_REDACTED"],
  ["/a?x=1?2", "/a?x=HUBBLE_REDACTED"],
  ["/a?=v", "/a?=HUBBLE_REDACTED"],
  ["/a?", "/a?"],
  ["/a#part", "/a#HUBBLE_REDACTED"],
  ["http://u:p@h:80/a", "http://HUBBLE_REDACTED@h:80/a"],
  ["//u:p@ss@h/a", "//HUBBLE_REDACTED@h/a"],
  ["http://h/a@b", "http://h/a@b"],
  ["/a?x=HUBBLE_REDACTED", "/a?x=HUBBLE_REDACTED"],
])("redacts %s", (url, redacted) => {
  expect(redactUrl(url)).toBe(redacted);
  expect(redactUrl(redacted)).toBe(redacted);
});

it.each([
  ["", ""],
  ["http://u:p@h/a/b?c#d", "/a/b"],
  ["http://h", "/"],
  ["http://h?x=1", "/"],
  ["/a?x=http://h/", "/a"],
  ["//h/a", "/a"],
])("the path of %j is %j", (url, path) => {
  expect(pathOf(url)).toBe(path);
});
