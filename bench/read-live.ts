/** One browser's stream of a live view, read as fast as it comes. */
import { Agent, get } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** `onText` gets the pieces of the stream as they come. */
export function readLive(url: string, onText: (piece: string) => void = () => {}): AbortController {
  const stop = new AbortController();
  const request = get(url, { agent, signal: stop.signal }, (answer) => {
    if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
    answer.setEncoding("utf8").on("data", onText);
    answer.on("error", ended);
  });
  const ended = (error: Error) => {
    if (!stop.signal.aborted) throw error;
  };
  request.on("error", ended);
  return stop;
}
