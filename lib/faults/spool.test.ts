/** F35, at its smallest: rows that did not fit on the disk leave nothing behind the next ones. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSpool, type Spool } from "@/lib/store/spool";
import { CAN_MOUNT, type SmallDisk, smallDisk } from "./small-disk";

describe.skipIf(!CAN_MOUNT)("the spool on a small disk (needs the right to mount one)", () => {
  let disk: SmallDisk;
  let spool: Spool;
  beforeEach(() => {
    disk = smallDisk(1);
    spool = openSpool(disk.path);
  });
  afterEach(() => {
    spool.close();
    disk.remove();
  });

  it("F35 disk full: holds the rows after a failure and nothing of those that failed", async () => {
    await expect(spool.fill(Buffer.alloc(4 << 20, "x"))).rejects.toThrow(/ENOSPC/);
    await spool.fill(Buffer.from("the next"));
    expect(readFileSync(spool.path, "utf8")).toBe("the next");
    await spool.fill(Buffer.from("and more after it"));
    expect(readFileSync(spool.path, "utf8")).toBe("and more after it");
  });
});
