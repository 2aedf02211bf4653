/** Names of addresses, kept so that they outlive the process that learnt them. */
import type { AddressName } from "@/lib/drops/name-memory";
import { BinaryWriter } from "./binary-writer";
import type { Engine } from "./engine";
import { wholeMs } from "./time";

const COLUMNS = ["cluster", "address", "name", "kind", "node", "asker", "first", "last", "ttl"];

/** A name that is there already is replaced. */
export async function insertAddressNames(
  engine: Engine,
  names: readonly AddressName[],
): Promise<void> {
  if (names.length === 0) return;
  const writer = new BinaryWriter(names.length * 128);
  for (const one of names) {
    writer.text(one.cluster);
    writer.text(one.address);
    writer.text(one.name);
    writer.text(one.kind);
    writer.text(one.node);
    writer.text(one.asker);
    writer.millis(one.firstMs);
    writer.millis(one.lastMs);
    writer.u32(one.ttl);
  }
  await engine.insert("address_names", COLUMNS, writer.bytes());
}

/** Names seen at or after `sinceMs`, the newest `limit`, oldest first. */
export async function selectAddressNames(
  engine: Engine,
  sinceMs: number,
  limit: number,
): Promise<AddressName[]> {
  const sql = `SELECT cluster, address, name, argMax(kind, last), argMax(node, last),
      argMax(asker, last), toUnixTimestamp64Milli(min(first)),
      toUnixTimestamp64Milli(max(last) AS newest), argMax(ttl, last)
    FROM address_names GROUP BY cluster, address, name
    HAVING newest >= fromUnixTimestamp64Milli({names_since:Int64}, 'UTC')
    ORDER BY newest DESC LIMIT {names_limit:UInt32}`;
  const params = { names_since: wholeMs(sinceMs), names_limit: limit };
  const names = await engine.select("read", sql, params, (reader) => ({
    cluster: reader.text(),
    address: reader.text(),
    name: reader.text(),
    kind: reader.text() === "dns" ? ("dns" as const) : ("drop" as const),
    node: reader.text(),
    asker: reader.text(),
    firstMs: reader.u64(),
    lastMs: reader.u64(),
    ttl: reader.u32(),
  }));
  return names.reverse();
}
