"use client";
/** The live stream of one query and range, for React. */
import { useEffect, useEffectEvent, useMemo, useSyncExternalStore } from "react";
import { encodeReadably } from "@/components/query/url-state";
import {
  type Arrivals,
  createLiveFeed,
  type EventStream,
  type FeedEdges,
  type FeedState,
  IDLE_FEED,
  type LiveFeed,
} from "@/components/triage/live-feed";
import { fetchJson, RequestError } from "@/components/ui/fetch-json";
import type { GroupBy } from "@/lib/drops/view";

const BROWSER: FeedEdges = {
  connect: (path) => openEventSource(path),
  explain: explainRefusal,
  nowMs: () => Date.now(),
  later: (action, delayMs) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
  isHidden: () => document.hidden,
};

function openEventSource(path: string): EventStream {
  const source = new EventSource(path);
  return {
    get readyState() {
      return source.readyState;
    },
    addEventListener: (name, listener) =>
      source.addEventListener(name, (event) =>
        listener(event instanceof MessageEvent ? { data: event.data } : {}),
      ),
    close: () => source.close(),
  };
}

/** Asks the same question as a plain request, whose refusal has words. */
async function explainRefusal(path: string): Promise<string | null> {
  try {
    await fetchJson(path.replace("/api/live", "/api/groups"));
    return "Droplens answers, but not with a stream. The page tries again by itself.";
  } catch (error) {
    return error instanceof RequestError ? error.message : null;
  }
}

const NO_FEED: LiveFeed = {
  subscribe: () => () => {},
  getState: () => IDLE_FEED,
  setPaused: () => {},
  wake: () => {},
  retry: () => {},
  onArrivals: () => () => {},
};

type Asked = {
  q: string;
  by: GroupBy;
  range: string;
  paused: boolean;
  enabled: boolean;
  onArrivals?: (arrivals: Arrivals) => void;
};

export function useLiveFeed({
  q,
  by,
  range,
  paused,
  enabled,
  onArrivals,
}: Asked): FeedState & { retry: () => void } {
  const feed = useMemo(
    () =>
      enabled
        ? createLiveFeed(`/api/live?q=${encodeReadably(q)}&by=${by}&range=${range}`, BROWSER)
        : NO_FEED,
    [q, by, range, enabled],
  );
  useEffect(() => feed.setPaused(paused), [feed, paused]);
  useEffect(() => {
    document.addEventListener("visibilitychange", feed.wake);
    return () => document.removeEventListener("visibilitychange", feed.wake);
  }, [feed]);
  const arrived = useEffectEvent((arrivals: Arrivals) => onArrivals?.(arrivals));
  useEffect(() => feed.onArrivals((arrivals) => arrived(arrivals)), [feed]);
  const state = useSyncExternalStore(feed.subscribe, feed.getState, () => IDLE_FEED);
  return { ...state, retry: feed.retry };
}
