"use client";
/** The live stream of one query and range, for React. */
import { useEffect, useEffectEvent, useMemo, useSyncExternalStore } from "react";
import { openBrowserStream } from "@/components/live/browser-stream";
import { explainRefusal } from "@/components/live/explain-refusal";
import { greet } from "@/components/live/greet";
import {
  type Arrivals,
  createLiveFeed,
  type FeedEdges,
  type FeedState,
  IDLE_FEED,
  type LiveFeed,
} from "@/components/live/live-feed";
import { tellUnseen } from "@/components/live/unseen";
import { encodeReadably } from "@/components/query/url-state";
import type { GroupBy } from "@/lib/drops/view";

const BROWSER: FeedEdges = {
  connect: openBrowserStream,
  explain: explainRefusal,
  greet,
  tellUnseen,
  nowMs: () => Date.now(),
  later: (action, delayMs) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
  isHidden: () => document.hidden,
};

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
    // A page that was frozen is told of it before anything that waited for it.
    const moments = ["visibilitychange", "resume"];
    for (const moment of moments) document.addEventListener(moment, feed.wake);
    window.addEventListener("online", feed.wake);
    return () => {
      for (const moment of moments) document.removeEventListener(moment, feed.wake);
      window.removeEventListener("online", feed.wake);
    };
  }, [feed]);
  const arrived = useEffectEvent((arrivals: Arrivals) => onArrivals?.(arrivals));
  useEffect(() => feed.onArrivals((arrivals) => arrived(arrivals)), [feed]);
  const state = useSyncExternalStore(feed.subscribe, feed.getState, () => IDLE_FEED);
  return { ...state, retry: feed.retry };
}
