/**
 * Reads `package.json` and `package-lock.json` against `security-floors.json`: an audit that needs
 * no registry. Each function answers with sentences, one a problem; none means all is well.
 */
import { z } from "zod";

export const floorsSchema = z.strictObject({
  packages: z.record(z.string(), z.strictObject({ floor: z.string(), why: z.string() })),
  installScripts: z.record(z.string(), z.string()),
});
export type Floors = z.infer<typeof floorsSchema>;

export const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      name: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
      optional: z.boolean().optional(),
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
      libc: z.array(z.string()).optional(),
    }),
  ),
});
export type Lock = z.infer<typeof lockSchema>;

const versionsSchema = z.record(z.string(), z.string()).default({});
export const manifestSchema = z.object({
  dependencies: versionsSchema,
  devDependencies: versionsSchema,
  optionalDependencies: versionsSchema,
  allowScripts: z.record(z.string(), z.boolean()).default({}),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Every copy of a package, at any depth, must be at its floor or above. */
export function belowFloor(lock: Lock, floors: Floors): string[] {
  return installed(lock).flatMap(({ path, name, version }) => {
    const rule = floors.packages[name];
    if (rule === undefined || isAtLeast(version, rule.floor)) return [];
    return [`${path} is ${version}, below ${rule.floor}: ${rule.why}`];
  });
}

/** Nothing enters that the lockfile does not hold by hash, or from elsewhere than the registry. */
export function unverified(lock: Lock): string[] {
  return installed(lock).flatMap(({ path, entry }) => {
    if (entry.link === true) return [`${path} is a link`];
    if (!isHashed(entry)) return [`${path} has no sha512 integrity`];
    // Without an address npm asks the registry it is set up with; the hash holds either way.
    const address = entry.resolved ?? "https://registry.npmjs.org/";
    return address.startsWith("https://registry.npmjs.org/") ? [] : [`${path} is from ${address}`];
  });
}

/**
 * Optional packages for other platforms than Linux on x86-64 with glibc, which CI and the container
 * have, may lack the hash: `complete-lock.mjs` says why. npm never fetches them there.
 */
function isHashed({ integrity, optional, os, cpu, libc }: Lock["packages"][string]): boolean {
  if (integrity !== undefined) return integrity.startsWith("sha512-");
  const isOurs =
    (os?.includes("linux") ?? true) &&
    (cpu?.includes("x64") ?? true) &&
    (libc?.includes("glibc") ?? true);
  return optional === true && !isOurs;
}

/** Code that runs at install is listed with what it does, and decided in `allowScripts`. */
export function unlistedScripts(lock: Lock, floors: Floors, manifest: Manifest): string[] {
  const scripted = installed(lock).filter(({ entry }) => entry.hasInstallScript === true);
  return scripted.flatMap(({ path, name }) => {
    if (floors.installScripts[name] === undefined) return [`${path} has an install script`];
    const isDecided = manifest.allowScripts[name] !== undefined;
    return isDecided ? [] : [`${name} is not decided in allowScripts of package.json`];
  });
}

/** Ranges would let npm choose, and it chooses by the Node version at hand. */
export function inexactVersions(manifest: Manifest): string[] {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name} is ${version}, not one exact version`);
}

function installed(lock: Lock) {
  return Object.entries(lock.packages)
    .filter(([path]) => path !== "")
    .map(([path, entry]) => ({
      path,
      entry,
      // An alias installs one package under another's folder and keeps the true name.
      name: entry.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version: entry.version ?? "",
    }));
}

/** Three numbers compared in order; a pre-release or anything unreadable is below every floor. */
function isAtLeast(version: string, floor: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return false;
  const have = version.split(".").map(Number);
  const need = floor.split(".").map(Number);
  const first = have.findIndex((part, index) => part !== need[index]);
  return first === -1 || (have[first] ?? 0) > (need[first] ?? 0);
}
