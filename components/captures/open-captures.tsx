"use client";
/** The captures that are open now, to go to or to close. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { readList } from "@/components/captures/capture-list";
import { closeCapture } from "@/components/captures/close-capture";
import { Ago } from "@/components/ui/ago";
import { fetchJson } from "@/components/ui/fetch-json";
import { FlowText } from "@/components/ui/flow-text";
import { countOf } from "@/components/ui/number-text";

export function OpenCaptures({ path }: { path: string }) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const { data } = useQuery({
    queryKey: ["captures"],
    staleTime: 0,
    queryFn: async ({ signal }) => readList(await fetchJson("/api/captures", signal)),
  });
  if (data === undefined || data.captures.length === 0) return null;
  const close = async (id: string) => {
    setProblem(await closeCapture(id));
    await client.invalidateQueries({ queryKey: ["captures"] });
  };
  return (
    <section aria-label="Open captures">
      <h3>Open now</h3>
      <ul className="open-captures">
        {data.captures.map(({ id, name, state, account, openedAt }) => (
          <li key={id}>
            <a href={`${path}?capture=${id}`}>
              <FlowText text={name} />
            </a>
            <span className="soft">
              {state === "ready" ? countOf(account.stored, "drop") : state}, <Ago time={openedAt} />
            </span>
            <button type="button" className="btn quiet" onClick={() => void close(id)}>
              Close
              <span className="sr-only">
                {" "}
                <FlowText text={name} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {problem !== null && <p role="alert">It is not closed: {problem}</p>}
    </section>
  );
}
