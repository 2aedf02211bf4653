/** The Cilium versions the demo cluster can be of; they differ in what their flows carry. */

export const CILIUM_VERSIONS = ["1.18", "1.19", "1.20"] as const;
export type CiliumVersion = (typeof CILIUM_VERSIONS)[number];

/** As agents of that version call themselves. */
export const AGENT_VERSIONS: Readonly<Record<CiliumVersion, string>> = {
  "1.18": "1.18.5+g42e1e2a1",
  "1.19": "1.19.4+gd0d0c879",
  "1.20": "1.20.1+g7d68cfb3",
};
