import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  belowFloor,
  floorsSchema,
  inexactVersions,
  type Lock,
  lockSchema,
  manifestSchema,
  unlistedScripts,
  unverified,
} from "./floors";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));

const floors = floorsSchema.parse(read("security-floors.json"));
const lock = lockSchema.parse(read("package-lock.json"));
const manifest = manifestSchema.parse(read("package.json"));

describe("this repository", () => {
  it("installs no package below its floor", () => {
    expect(belowFloor(lock, floors)).toEqual([]);
  });

  it("takes every package from the registry, by hash", () => {
    expect(unverified(lock)).toEqual([]);
  });

  it("runs no install script that is not listed and decided", () => {
    expect(unlistedScripts(lock, floors, manifest)).toEqual([]);
  });

  it("names exact versions only", () => {
    expect(inexactVersions(manifest)).toEqual([]);
  });

  it("has its main parts in the lockfile, so that the checks above check something", () => {
    for (const name of ["next", "react", "react-dom", "@grpc/grpc-js", "protobufjs"]) {
      expect(lock.packages).toHaveProperty([`node_modules/${name}`]);
    }
  });
});

const entry = {
  version: "16.4.6",
  resolved: "https://registry.npmjs.org/x/-/x-1.tgz",
  integrity: "sha512-AAAA",
};
const lockOf = (path: string, change: Partial<Lock["packages"][string]>): Lock => ({
  lockfileVersion: 3,
  packages: { "": {}, [path]: { ...entry, ...change } },
});

describe("belowFloor", () => {
  it.each(["16.4.4", "16.3.99", "15.5.29", "16.4.5-canary.1", "canary", ""])(
    "refuses next %s",
    (version) => {
      expect(belowFloor(lockOf("node_modules/next", { version }), floors)).toHaveLength(1);
    },
  );

  it.each(["16.4.5", "16.4.10", "16.10.0", "17.0.0"])("accepts next %s", (version) => {
    expect(belowFloor(lockOf("node_modules/next", { version }), floors)).toEqual([]);
  });

  it("finds a copy deep in the tree", () => {
    const path = "node_modules/a/node_modules/@grpc/grpc-js";
    expect(belowFloor(lockOf(path, { version: "1.14.5" }), floors)).toHaveLength(1);
  });

  it("finds a copy under an alias", () => {
    const aliased = lockOf("node_modules/safe", { name: "next", version: "16.4.4" });
    expect(belowFloor(aliased, floors)).toHaveLength(1);
  });
});

const unhashed = { integrity: undefined, optional: true };

describe("unverified", () => {
  it("lets an optional package for another platform go without a hash", () => {
    const planted = lockOf("node_modules/x", { ...unhashed, os: ["linux"], cpu: ["arm64"] });
    expect(unverified(planted)).toEqual([]);
  });

  it.each([
    ["without a hash", { integrity: undefined }],
    ["with a weak hash", { integrity: "sha1-AAAA" }],
    ["from another place", { resolved: "git+ssh://git@example.com/x.git" }],
    ["that is a link", { link: true }],
    ["without a hash, optional, for CI's platform", { ...unhashed, os: ["linux"], cpu: ["x64"] }],
    [
      "without a hash, for another platform, not optional",
      { integrity: undefined, os: ["darwin"] },
    ],
  ])("refuses a package %s", (_, change) => {
    expect(unverified(lockOf("node_modules/x", change))).toHaveLength(1);
  });
});

describe("unlistedScripts", () => {
  it("refuses a new package with an install script", () => {
    const planted = lockOf("node_modules/x", { hasInstallScript: true });
    expect(unlistedScripts(planted, floors, manifest)).toHaveLength(1);
  });

  it("refuses a listed package whose script is neither allowed nor denied", () => {
    const planted = lockOf("node_modules/esbuild", { hasInstallScript: true });
    expect(unlistedScripts(planted, floors, { ...manifest, allowScripts: {} })).toHaveLength(1);
  });
});

describe("inexactVersions", () => {
  it.each(["^1.2.3", "~1.2.3", "*", "latest", "1.2", "git+https://example.com/x.git"])(
    "refuses %s",
    (version) => {
      const planted = manifestSchema.parse({ dependencies: { x: version } });
      expect(inexactVersions(planted)).toHaveLength(1);
    },
  );
});
