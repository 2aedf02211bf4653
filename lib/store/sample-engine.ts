/**
 * For tests: what a sample server runs its statements on. chDB takes one folder a process, so all
 * stores of a test share one engine, each with a database of its own. A database has two sessions
 * that run one statement each at a time, so that reads go on beside writes as they do on a server.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Session } from "chdb";

export type Statement = {
  database: string;
  statement: string;
  /** Of an insert. */
  rows: Buffer | null;
  /** How long it may take; 0 for no bound. */
  seconds: number;
};

export type SampleEngine = {
  /** Answers the name of an empty database. */
  makeDatabase(): Promise<string>;
  /** @throws Error with ClickHouse's own words. */
  execute(statement: Statement): Promise<Uint8Array>;
  stop(): Promise<void>;
};

type Lane = { session: Session; turn: Promise<unknown>; waiting: number; seconds: number };

export function createSampleEngine(): SampleEngine {
  const folder = mkdtempSync(join(tmpdir(), "droplens-clickhouse-"));
  const root = new Session(join(folder, "engine"));
  const databases = new Map<string, [Lane, Lane]>();
  let made = 0;
  let inserted = 0;

  function laneOf({ database, rows }: Statement): Lane {
    const lanes = databases.get(database);
    if (lanes === undefined) {
      throw new Error(
        `Code: 81. DB::Exception: Database ${database} does not exist. (UNKNOWN_DATABASE) (version 26.7.2.1)`,
      );
    }
    const [first, second] = lanes;
    return rows !== null || first.waiting <= second.waiting ? first : second;
  }

  async function execute(lane: Lane, { statement, rows, seconds }: Statement): Promise<Uint8Array> {
    const { session } = lane;
    if (seconds !== lane.seconds) {
      await session.queryAsync(`SET max_execution_time = ${seconds}`);
      lane.seconds = seconds;
    }
    if (rows === null) return (await session.queryAsync(statement)).bytes();
    inserted += 1;
    const file = join(folder, `${inserted}.rows`);
    writeFileSync(file, rows);
    try {
      const from = statement.replace(/ FORMAT (\w+)$/, ` FROM INFILE '${file}' FORMAT $1`);
      return (await session.queryAsync(from)).bytes();
    } finally {
      rmSync(file, { force: true });
    }
  }

  async function openLane(database: string): Promise<Lane> {
    const session = new Session(join(folder, "engine"));
    await session.queryAsync(`USE ${database}`);
    await session.queryAsync("SET max_query_size = 67108864");
    return { session, turn: Promise.resolve(), waiting: 0, seconds: 0 };
  }

  return {
    async makeDatabase() {
      made += 1;
      const database = `sample_${made}`;
      await root.queryAsync(`CREATE DATABASE ${database}`);
      databases.set(database, [await openLane(database), await openLane(database)]);
      return database;
    },
    async execute(statement) {
      const lane = laneOf(statement);
      lane.waiting += 1;
      const result = lane.turn.then(() => execute(lane, statement));
      const done = () => {
        lane.waiting -= 1;
      };
      lane.turn = result.then(done, done);
      return result;
    },
    async stop() {
      for (const { session, turn } of [...databases.values()].flat()) {
        await turn;
        session.close();
      }
      root.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
