"use client";
/** Asks for a file, sends it, shows how far it is, and goes to its view; or says why there is none. */
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useImperativeHandle, useRef, useState } from "react";
import { readList } from "@/components/captures/capture-list";
import { CaptureProgress } from "@/components/captures/capture-progress";
import { CaptureSamples } from "@/components/captures/capture-samples";
import { OpenCaptures } from "@/components/captures/open-captures";
import { isCapture, uploadCapture } from "@/components/captures/upload";
import { Dialog, useDialog } from "@/components/hubble/dialog";
import { fetchJson, RequestError } from "@/components/ui/fetch-json";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { formatSize } from "@/components/ui/size-text";
import type { CaptureSummary } from "@/lib/drops/capture";

export type DialogHandle = { show: () => void; take: (file: File) => void };

type Props = { handle: RefObject<DialogHandle | null>; path: string };

type Upload = {
  file: File;
  capture: CaptureSummary | null;
  problem: string | null;
  samples: CaptureSummary["samples"];
};

export function CaptureDialog({ handle, path }: Props) {
  const dialog = useDialog();
  const [upload, setUpload] = useState<Upload | null>(null);
  const abort = useRef<AbortController | null>(null);
  const isRunning = upload !== null && upload.problem === null;

  const take = async (file: File) => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    const fresh: Upload = { file, capture: null, problem: null, samples: [] };
    dialog.show();
    setUpload(fresh);
    try {
      const { limits } = readList(await fetchJson("/api/captures", controller.signal));
      const capture = await uploadCapture(file, limits.partBytes, controller.signal, (so) =>
        setUpload({ ...fresh, capture: so }),
      );
      window.location.assign(`${path}?capture=${capture.id}`);
    } catch (error) {
      if (controller.signal.aborted) return;
      const problem = error instanceof Error ? error.message : String(error);
      const body = error instanceof RequestError ? error.body : null;
      setUpload({ ...fresh, problem, samples: isCapture(body) ? body.samples : [] });
    }
  };
  const stop = () => {
    abort.current?.abort();
    setUpload(null);
  };
  useImperativeHandle(handle, () => ({ show: dialog.show, take: (file) => void take(file) }));

  return (
    <Dialog
      dialog={{
        ...dialog,
        onClose: () => {
          stop();
          dialog.onClose();
        },
      }}
      title="Open a capture"
    >
      <div className="capture-dialog">
        {isRunning ? (
          <Running upload={upload} stop={stop} />
        ) : (
          <>
            {upload?.problem != null && <Refused upload={upload} problem={upload.problem} />}
            <Chooser take={(file) => void take(file)} />
            <OpenCaptures path={path} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function Running({ upload, stop }: { upload: Upload; stop: () => void }) {
  return (
    <div>
      {/* Its progress changes many times a second, and is nothing to be read out each time. */}
      <p aria-live="polite">
        Reading{" "}
        <b className="mono">
          <FlowText text={upload.file.name} />
        </b>
        , {formatSize(upload.file.size)}
      </p>
      {upload.capture !== null && <CaptureProgress capture={upload.capture} />}
      <p className="buttons">
        <button type="button" className="btn" onClick={stop}>
          Cancel
        </button>
      </p>
    </div>
  );
}

function Refused({ upload, problem }: { upload: Upload; problem: string }) {
  return (
    <div className="capture-refused" role="alert">
      <p>
        <Icon name="warn" className="c-audit" />{" "}
        <b>
          <FlowText text={upload.file.name} /> could not be opened.
        </b>{" "}
        <FlowText text={problem} />
      </p>
      <CaptureSamples samples={upload.samples} />
    </div>
  );
}

function Chooser({ take }: { take: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const limits = useQuery({
    queryKey: ["captures"],
    staleTime: 0,
    queryFn: async ({ signal }) => readList(await fetchJson("/api/captures", signal)),
  }).data?.limits;
  return (
    <>
      <p className="soft">
        A file of <span className="mono">hubble observe -o json</span>, of a Hubble exporter or of
        Droplens's own export as JSON lines, packed with gzip or not
        {limits === undefined ? "" : `, up to ${formatSize(limits.maxBytes)}`}. It opens in a view
        of its own, which goes when it is closed
        {limits === undefined ? "" : ` or nobody looks at it for ${limits.idleHours} hours`}, and
        never mixes with live data.
      </p>
      <p className="buttons">
        <button type="button" className="btn primary" onClick={() => input.current?.click()}>
          Choose a file…
        </button>
        <span className="soft">or drag one onto the page.</span>
        <input
          ref={input}
          type="file"
          className="sr-only"
          tabIndex={-1}
          aria-label="Capture file"
          onChange={(event) => {
            const file = event.target.files?.[0];
            // The same file may be chosen again.
            event.target.value = "";
            if (file !== undefined) take(file);
          }}
        />
      </p>
    </>
  );
}
