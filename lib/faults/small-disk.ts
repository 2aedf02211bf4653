/** For tests: a disk of a few megabytes, which can be filled and made read-only. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type SmallDisk = {
  readonly path: string;
  /** Takes all room but so much. */
  fill(leaveBytes?: number): void;
  /** Gives the room back. */
  empty(): void;
  /** While nobody has a file open. */
  setReadOnly(isReadOnly: boolean): void;
  /**
   * While files are open, which the kernel refuses to do to a whole disk: whatever is opened, made or
   * removed by its name is read-only, and what was open before can still be written.
   */
  turnReadOnly(isReadOnly: boolean): void;
  remove(): void;
};

/** Mounting needs rights that not every machine gives; tests say so and are skipped. */
export const CAN_MOUNT = (() => {
  if (process.platform !== "linux") return false;
  const path = mkdtempSync(join(tmpdir(), "droplens-mount-"));
  try {
    mount(["-t", "tmpfs", "-o", "size=1m", "tmpfs", path]);
    execFileSync("umount", [path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
})();

export function smallDisk(sizeMiB: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "droplens-disk-"));
  const fillers: string[] = [];
  let isCovered = false;
  const unmount = () => execFileSync("umount", ["-l", path], { stdio: "ignore" });
  mount(["-t", "tmpfs", "-o", `size=${sizeMiB}m`, "tmpfs", path]);
  return {
    path,
    fill(leaveBytes = 0) {
      const { bavail, bsize } = statfsSync(path);
      const filler = join(path, `filler-${fillers.length}`);
      fillers.push(filler);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)));
    },
    empty() {
      for (const filler of fillers.splice(0)) rmSync(filler);
    },
    setReadOnly: (isReadOnly) => mount(["-o", `remount,${isReadOnly ? "ro" : "rw"}`, path]),
    turnReadOnly(isReadOnly) {
      if (isReadOnly === isCovered) return;
      isCovered = isReadOnly;
      if (!isReadOnly) unmount();
      else {
        mount(["--bind", path, path]);
        mount(["-o", "remount,bind,ro", path]);
      }
    },
    remove() {
      if (isCovered) unmount();
      unmount();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function mount(args: readonly string[]): void {
  execFileSync("mount", [...args], { stdio: "ignore" });
}
