/**
 * The certificates of one relay, looked at again from time to time: hourly while all is well, each
 * minute while they could not be read, because they rotate and the relay may be away.
 */
import type { TlsReport } from "@/lib/drops/source-report";

export type CertificateWatch = {
  /** Null before the first look is over. */
  readonly report: TlsReport | null;
  stop(): void;
};

const WELL_MS = 3_600_000;
const AGAIN_MS = 60_000;

export function watchCertificates(read: (nowMs: number) => Promise<TlsReport>): CertificateWatch {
  let report: TlsReport | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isStopped = false;

  async function look(): Promise<void> {
    report = await read(Date.now());
    if (isStopped || report.mode === "plain") return;
    const isWell = report.problem === "" && report.nameMatches === true && isCurrent(report);
    timer = setTimeout(() => void look(), isWell ? WELL_MS : AGAIN_MS);
    timer.unref();
  }

  void look();
  return {
    get report() {
      return report;
    },
    stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function isCurrent({ certificates }: Extract<TlsReport, { mode: "tls" }>): boolean {
  return certificates.every(({ notAfter }) => Date.parse(notAfter) > Date.now());
}
