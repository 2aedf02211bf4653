/** Many browsers in one process: reads their streams, and looks closely at a few of them. */
import { answer } from "./child";
import { readLive } from "./read-live";

export type AudienceRequest =
  | { do: "open"; urls: readonly string[]; browsers: number }
  /** Begins to count anew. */
  | { do: "mark" }
  | { do: "tell" };

export type Heard = {
  seconds: number;
  events: number;
  bytes: number;
  /** Browsers that heard something in the last two seconds. */
  alive: number;
  broken: number;
  /** From the time in a flow until it is read here, of the newest drop of an event. */
  delaysMs: number[];
};

type Browser = { lastMs: number };

const ALIVE_MS = 2_000;
/** One in so many is read for what it was told; of the others only the size is counted. */
const READ_CLOSELY = 25;
/** Opened in turn, as people come. */
const OPEN_EVERY_MS = 10;

const browsers: Browser[] = [];
let events = 0;
let bytes = 0;
let broken = 0;
let delaysMs: number[] = [];
let markedMs = Date.now();

answer(async (request: AudienceRequest): Promise<Heard | null> => {
  if (request.do === "tell") {
    const now = Date.now();
    const alive = browsers.filter(({ lastMs }) => now - lastMs < ALIVE_MS).length;
    return { seconds: (now - markedMs) / 1_000, events, bytes, alive, broken, delaysMs };
  }
  if (request.do === "mark") {
    [events, bytes, delaysMs, markedMs] = [0, 0, [], Date.now()];
    return null;
  }
  for (let n = 0; n < request.browsers; n++) {
    open(request.urls[n % request.urls.length] ?? "", n % READ_CLOSELY === 0);
    await new Promise((later) => setTimeout(later, OPEN_EVERY_MS));
  }
  return null;
});

process.on("uncaughtException", () => {
  broken += 1;
});

function open(url: string, isRead: boolean): void {
  const browser: Browser = { lastMs: 0 };
  browsers.push(browser);
  let text = "";
  readLive(url, (piece) => {
    browser.lastMs = Date.now();
    bytes += piece.length;
    // An event ends with an empty line.
    for (let at = piece.indexOf("\n\n"); at >= 0; at = piece.indexOf("\n\n", at + 2)) events += 1;
    if (!isRead) return;
    text += piece;
    const end = text.lastIndexOf("\n\n");
    if (end < 0) return;
    for (const event of text.slice(0, end).split("\n\n")) noteDelay(event);
    text = text.slice(end + 2);
  });
}

/** An event of newest drops names their times, the newest first. */
function noteDelay(event: string): void {
  if (!event.includes("event: drops")) return;
  const time = /"time":"([^"]+)"/.exec(event)?.[1];
  if (time !== undefined) delaysMs.push(Date.now() - Date.parse(time));
}
