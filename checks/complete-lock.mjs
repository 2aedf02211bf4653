/**
 * Adds to package-lock.json the packages for other platforms that npm left out because the registry
 * at hand did not have them. Without their entries `npm ci` refuses the lockfile. They carry no
 * hash, which `floors.ts` allows for other platforms only; `npm install` with a full registry adds it.
 * Usage, after changing dependencies: node checks/complete-lock.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("../package-lock.json", import.meta.url);
const SYSTEMS = ["android", "darwin", "freebsd", "linux", "win32"];
const PROCESSORS = {
  arm64: "arm64",
  x64: "x64",
  armv7: "arm",
  arm: "arm",
  ia32: "ia32",
  wasm32: "wasm32",
};

const lock = JSON.parse(readFileSync(FILE, "utf8"));
const added = [];
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] !== undefined) continue;
    const platform = platformOf(name);
    if (platform === null || !/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) {
      console.error(`${name}@${version} is missing and its platform cannot be told from its name`);
      process.exitCode = 1;
      continue;
    }
    const dev = parent.dev === true ? { dev: true } : {};
    lock.packages[path] = { version, ...platform, ...dev, optional: true };
    added.push(name);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(sorted);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? "Nothing was missing." : `Added:\n${added.join("\n")}`);

/** `@chdb/lib-linux-arm64-gnu` is for os linux, cpu arm64, libc glibc. */
function platformOf(name) {
  const words = name.split("/").at(-1).split("-");
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = PROCESSORS[words.find((word) => word in PROCESSORS)];
  if (cpu === undefined || (os === undefined && cpu !== "wasm32")) return null;
  const libc = words.includes("musl") ? "musl" : words.includes("gnu") ? "glibc" : undefined;
  return {
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    ...(os === undefined ? {} : { os: [os] }),
  };
}
