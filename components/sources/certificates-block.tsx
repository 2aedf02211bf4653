"use client";
/** The certificates of a relay's connection, and how long they last. */
import { Block } from "@/components/sources/block";
import { expiryOf, STANDING_CLASS, STANDING_ICON } from "@/components/sources/source-words";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { usePreferences } from "@/components/ui/preferences";
import { formatStamp } from "@/components/ui/time-text";
import type { Certificate, SourceReport } from "@/lib/drops/source-report";

export function CertificatesBlock({
  source: { kind, tls },
  nowMs,
}: {
  source: SourceReport;
  nowMs: number;
}) {
  if (kind === "file" || kind === "push") return null;
  return (
    <Block
      title="Certificates"
      note={tls?.mode === "tls" && !tls.verified ? "not verified" : undefined}
    >
      {tls === null ? (
        <p className="soft">Not looked at yet.</p>
      ) : tls.mode === "plain" ? (
        <p className="soft">
          The connection is plain text: whoever is on the way reads every drop, and may make some
          up.
        </p>
      ) : (
        <>
          {tls.certificates.map((one) => (
            <CertificateLines key={one.of} certificate={one} nowMs={nowMs} />
          ))}
          {tls.problem !== "" && (
            <p className="src-problem">
              <Icon name="warn" className="c-audit" /> <FlowText text={tls.problem} />
            </p>
          )}
        </>
      )}
    </Block>
  );
}

function CertificateLines({ certificate, nowMs }: { certificate: Certificate; nowMs: number }) {
  const { zone } = usePreferences();
  const { standing, words } = expiryOf(certificate, nowMs);
  const day = (time: string) => formatStamp(Date.parse(time), zone).slice(0, 10);
  return (
    <div className="src-certificate">
      <Icon name={STANDING_ICON[standing]} size={12} className={STANDING_CLASS[standing]} />
      <div>
        <p>
          {certificate.of === "server" ? "Relay's" : "Our own"}{" "}
          <span className="mono">
            <FlowText text={certificate.subject || "without a subject"} />
          </span>
        </p>
        <p className="dim">
          {certificate.names.length > 0 && (
            <>
              for <FlowText text={certificate.names.join(", ")} />,{" "}
            </>
          )}
          issued by <FlowText text={certificate.issuer || "nobody named"} />,{" "}
          {day(certificate.notBefore)} to {day(certificate.notAfter)}
          {certificate.file !== "" && (
            <>
              , read from <FlowText text={certificate.file} />
            </>
          )}
        </p>
      </div>
      <b className={standing === "fine" ? "soft" : STANDING_CLASS[standing]}>{words}</b>
    </div>
  );
}
