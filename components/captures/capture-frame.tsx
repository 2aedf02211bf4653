"use client";
/**
 * Around every screen of drops: takes files that are dragged onto it, and, where the address names
 * a capture, sees that it is open before the screen asks anything of it.
 */
import { useQuery } from "@tanstack/react-query";
import { usePathname, useSearchParams } from "next/navigation";
import { type ReactNode, Suspense, useMemo, useRef } from "react";
import { CaptureContext } from "@/components/captures/capture-context";
import { CaptureDialog, type DialogHandle } from "@/components/captures/capture-dialog";
import { CaptureGone, CaptureReading } from "@/components/captures/capture-waiting";
import { expectCapture } from "@/components/captures/upload";
import { useFileDrop } from "@/components/captures/use-file-drop";
import { fetchJson } from "@/components/ui/fetch-json";
import { Icon } from "@/components/ui/icon";
import { useHotkeys } from "@/components/ui/use-hotkeys";
import type { CaptureSummary } from "@/lib/drops/capture";

/** While it is read its progress is asked for; afterwards this tells that somebody looks at it. */
const READING_MS = 700;
const LOOKING_MS = 60_000;

export function CaptureFrame({ children }: { children: ReactNode }) {
  return (
    <Suspense>
      <Frame>{children}</Frame>
    </Suspense>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const id = useSearchParams().get("capture");
  const path = usePathname();
  const dialog = useRef<DialogHandle>(null);
  const open = () => dialog.current?.show();
  const isOver = useFileDrop((file) => dialog.current?.take(file));
  useHotkeys({ c: open });
  const asked = useQuery<CaptureSummary>({
    queryKey: ["capture", id],
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.state === "reading" ? READING_MS : LOOKING_MS),
    queryFn: async ({ signal }) =>
      expectCapture(await fetchJson(`/api/captures/${encodeURIComponent(id ?? "")}`, signal)),
  });
  const capture = id === null ? null : (asked.data ?? null);
  const isGone = id !== null && asked.error !== null && asked.data === undefined;
  const shownId = isGone ? null : id;
  const door = useMemo(
    () => ({ capture, id: shownId, open: () => dialog.current?.show() }),
    [capture, shownId],
  );
  return (
    <CaptureContext value={door}>
      {isGone || capture?.state === "failed" ? (
        <CaptureGone
          problem={asked.error?.message ?? capture?.problem ?? ""}
          path={path}
          open={open}
        />
      ) : id !== null && capture?.state !== "ready" ? (
        <CaptureReading capture={capture} />
      ) : (
        children
      )}
      <CaptureDialog handle={dialog} path={path} />
      {isOver && (
        <div className="drop-here" role="status">
          <p>
            <Icon name="plus" size={22} />
            <b>Drop the file to open it as a capture</b>
            <span className="soft">In a view of its own. It does not mix with live data.</span>
          </p>
        </div>
      )}
    </CaptureContext>
  );
}
