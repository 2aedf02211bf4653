/**
 * What `deploy/README.md` promises about the manifests and the image, read from the files
 * themselves. Whether a cluster accepts them is not tested here.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const here = new URL("./", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, here), "utf8");
const load = (name: string): unknown => parse(read(name));

const kustomization = z
  .object({ namespace: z.string(), resources: z.array(z.string()) })
  .parse(load("kustomization.yaml"));

const probeSchema = z.object({
  httpGet: z.object({
    path: z.string(),
    port: z.string(),
    httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })),
  }),
});
const deployment = z
  .object({
    spec: z.object({
      replicas: z.number(),
      strategy: z.object({ type: z.string() }),
      selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
      template: z.object({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.object({
          automountServiceAccountToken: z.boolean(),
          securityContext: z.record(z.string(), z.unknown()),
          containers: z
            .array(
              z.object({
                image: z.string(),
                securityContext: z.record(z.string(), z.unknown()),
                env: z.array(z.object({ name: z.string(), value: z.string() })),
                ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
                startupProbe: probeSchema,
                readinessProbe: probeSchema,
                livenessProbe: probeSchema,
                resources: z.object({ limits: z.object({ memory: z.string() }) }),
                volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
              }),
            )
            .length(1),
          volumes: z.array(z.looseObject({ name: z.string() })),
        }),
      }),
    }),
  })
  .parse(load("deployment.yaml"));
const pod = deployment.spec.template.spec;
const [container] = pod.containers;

const peerSchema = z.object({
  podSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
  namespaceSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional(),
});
const portsSchema = z.array(z.object({ protocol: z.string(), port: z.number() }));
const policy = z
  .object({
    spec: z.object({
      podSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
      policyTypes: z.array(z.string()),
      ingress: z.array(z.object({ from: z.array(peerSchema).min(1), ports: portsSchema.min(1) })),
      egress: z.array(z.object({ to: z.array(peerSchema).min(1), ports: portsSchema.min(1) })),
    }),
  })
  .parse(load("networkpolicy.yaml")).spec;

describe("the kustomization", () => {
  it("has every manifest of the folder", () => {
    const manifests = readdirSync(here).filter((name) => name.endsWith(".yaml"));
    expect(manifests.sort()).toEqual([...kustomization.resources, "kustomization.yaml"].sort());
  });
});

describe("the pod", () => {
  it("runs as a user that is not root, under the restricted profile", () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("writes only to volumes it has", () => {
    const mounts = container?.volumeMounts ?? [];
    expect(mounts.map((mount) => mount.mountPath)).toEqual(["/data", "/tmp"]);
    expect(pod.volumes.map((volume) => volume.name)).toEqual(mounts.map((mount) => mount.name));
  });

  it("keeps its drops where the volume is", () => {
    expect(container?.env).toContainEqual({ name: "DROPLENS_DATA_DIR", value: "/data" });
  });

  it("holds no token for the Kubernetes API", () => {
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  it("is one writer, the old one gone before the new one starts", () => {
    expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: "Recreate" } });
  });

  it("names an image by version", () => {
    expect(container?.image).toMatch(/:\d+\.\d+\.\d+$/);
  });

  it("is probed at routes that are there, under a host name that the server answers to", () => {
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
      const { path } = container?.[probe].httpGet ?? {};
      expect(existsSync(new URL(`../app${path}/route.ts`, here)), path).toBe(true);
      expect(container?.[probe].httpGet.httpHeaders).toEqual([
        { name: "Host", value: "localhost" },
      ]);
    }
  });
});

describe("the network policy", () => {
  it("is about Droplens, in both directions", () => {
    expect(policy.podSelector).toEqual(deployment.spec.selector);
    expect(deployment.spec.template.metadata.labels).toMatchObject(policy.podSelector.matchLabels);
    expect(policy.policyTypes).toEqual(["Ingress", "Egress"]);
  });

  it("lets Droplens reach DNS and the pods of Hubble Relay on 4245, and nothing else", () => {
    const reached = policy.egress.flatMap(({ to, ports }) =>
      to.flatMap((peer) =>
        ports.map(
          ({ protocol, port }) =>
            `${peer.namespaceSelector?.matchLabels["kubernetes.io/metadata.name"]}/` +
            `${peer.podSelector.matchLabels["k8s-app"]} ${protocol}/${port}`,
        ),
      ),
    );
    expect(reached).toEqual([
      "kube-system/kube-dns UDP/53",
      "kube-system/kube-dns TCP/53",
      "kube-system/hubble-relay TCP/4245",
    ]);
  });

  it("lets in labelled pods of its own namespace, on the port the server has", () => {
    expect(policy.ingress).toEqual([
      {
        from: [{ podSelector: { matchLabels: { "droplens-client": "true" } } }],
        ports: [{ protocol: "TCP", port: container?.ports[0]?.containerPort }],
      },
    ]);
  });
});

describe("the service", () => {
  it("leads to the pod's port inside the cluster only", () => {
    expect(load("service.yaml")).toMatchObject({
      spec: {
        type: "ClusterIP",
        selector: deployment.spec.selector.matchLabels,
        ports: [{ targetPort: container?.ports[0]?.name }],
      },
    });
  });
});

describe("the image", () => {
  const lines = read("../Dockerfile")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const last = (word: string): string | undefined =>
    lines.filter((line) => line.startsWith(`${word} `)).at(-1);

  it("runs as the user that the pod expects", () => {
    expect(last("USER")).toBe("USER 65532:65532");
  });

  it("is built on the Node that the unit tests run on in CI", () => {
    const bases = lines.filter((line) => line.startsWith("FROM "));
    const tested = /CONTAINER_NODE=(\d+)\./.exec(read("../.ci/run"))?.[1];
    expect(bases.map((line) => line.split(" ")[1])).toEqual([
      `node:${tested}-slim`,
      `node:${tested}-slim`,
    ]);
  });

  it("installs from the lockfile and downloads nothing by address", () => {
    expect(lines.join("\n")).toContain("npm ci");
    expect(lines.join("\n")).not.toMatch(/^ADD |https?:\/\/|curl|wget/m);
  });

  it("does not open itself to the network", () => {
    expect(lines.join("\n")).not.toMatch(/DROPLENS_HOST|DROPLENS_UNSAFE/);
  });
});

describe("on a ClickHouse server", () => {
  const ingestDocuments = parseAllDocuments(read("clickhouse/ingest.yaml")).map(
    (document): unknown => document.toJS(),
  );
  const ingest = z
    .object({
      spec: z.object({
        replicas: z.number(),
        template: z.object({
          spec: z.object({
            automountServiceAccountToken: z.boolean(),
            securityContext: z.record(z.string(), z.unknown()),
            containers: z
              .array(
                z.looseObject({
                  securityContext: z.record(z.string(), z.unknown()),
                  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })),
                }),
              )
              .length(1),
            volumes: z.array(z.looseObject({ name: z.string() })),
          }),
        }),
      }),
    })
    .parse(ingestDocuments[0]);
  const its = ingest.spec.template.spec;

  it("those that read the sources are as bare of rights as the others", () => {
    expect(its.containers[0]?.securityContext).toEqual(container?.securityContext);
    expect(its.automountServiceAccountToken).toBe(pod.automountServiceAccountToken);
    expect(its.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532 });
  });

  it("sources are read by more than one replica in turn, and need no volume that outlives them", () => {
    expect(ingest.spec.replicas).toBeGreaterThan(1);
    expect(its.containers[0]?.env).toContainEqual({ name: "DROPLENS_ROLE", value: "ingest" });
    expect(JSON.stringify(its.volumes)).not.toContain("persistentVolumeClaim");
  });

  it("a browser comes back to the replica that has its captures", () => {
    const component = z.object({
      patches: z.array(z.looseObject({ path: z.string().optional() })),
    });
    const { patches } = component.parse(load("clickhouse/kustomization.yaml"));
    expect(patches).toContainEqual({ path: "service.yaml" });
    expect(load("clickhouse/service.yaml")).toMatchObject({
      metadata: { name: "droplens" },
      spec: { sessionAffinity: "ClientIP" },
    });
  });

  it("those that read the sources answer to their service's name and to their own address", () => {
    expect(ingestDocuments[1]).toMatchObject({
      kind: "Service",
      metadata: { name: "droplens-ingest" },
      spec: { selector: { "app.kubernetes.io/name": "droplens-ingest" }, clusterIP: "None" },
    });
    const env = its.containers[0]?.env ?? [];
    const hosts = env.find(({ name }) => name === "DROPLENS_ALLOWED_HOSTS")?.value?.split(",");
    expect(hosts).toEqual(expect.arrayContaining(["droplens-ingest", "$(POD_IP)"]));
    // Kubernetes puts in only what stands before.
    const names = env.map(({ name }) => name);
    expect(names.indexOf("POD_IP")).toBeGreaterThanOrEqual(0);
    expect(names.indexOf("POD_IP")).toBeLessThan(names.indexOf("DROPLENS_ALLOWED_HOSTS"));
  });

  it("the password is in no manifest", () => {
    for (const name of ["kustomization", "web", "ingest", "service"]) {
      expect(read(`clickhouse/${name}.yaml`)).not.toMatch(/DROPLENS_CLICKHOUSE_PASSWORD\b[^_]/);
    }
  });
});
