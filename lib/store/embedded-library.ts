/**
 * chDB, loaded when the embedded engine is first wanted: it takes 190 MB of memory as soon as it is
 * imported, and an installation with a ClickHouse server can do without its files.
 */
import type { Session } from "chdb";
import type { createChdbConnection } from "chdb/connection";

export type EmbeddedLibrary = {
  Session: typeof Session;
  createChdbConnection: typeof createChdbConnection;
};

let loaded: EmbeddedLibrary | null = null;

/** Throws what Node throws where the library is not installed. */
export async function loadEmbedded(): Promise<EmbeddedLibrary> {
  if (loaded !== null) return loaded;
  const [{ Session }, { createChdbConnection }] = await Promise.all([
    import("chdb"),
    import("chdb/connection"),
  ]);
  loaded = { Session, createChdbConnection };
  return loaded;
}

/** @throws Error before `loadEmbedded` has resolved. */
export function embedded(): EmbeddedLibrary {
  if (loaded === null) throw new Error("The embedded engine has not been loaded.");
  return loaded;
}
