/** What people paste, to try the reader with. */

export type Example = { title: string; text: string };

export const EXAMPLES: readonly Example[] = [
  {
    title: "A command",
    text: "hubble observe --verdict DROPPED --from-namespace shop --to-port 443 --since 15m",
  },
  {
    title: "Inside a pod",
    text: [
      "kubectl exec -n kube-system ds/cilium -c cilium-agent -- \\",
      "  hubble observe --type policy-verdict --verdict AUDIT \\",
      "  --to-fqdn '*.telemetry.example.com' --not --namespace kube-system \\",
      "  --output jsonpb | jq .",
    ].join("\n"),
  },
  {
    title: "Filters",
    text: [
      '{"verdict":["DROPPED"],"source_pod":["shop/checkout-"]}',
      '{"verdict":["DROPPED"],"destination_pod":["shop/checkout-"]}',
    ].join("\n"),
  },
  {
    title: "Exporter entry",
    text: [
      "flowLogs:",
      "  - name: dropped",
      "    filePath: /var/run/cilium/hubble/dropped.log",
      "    includeFilters:",
      "      - verdict: [DROPPED, AUDIT]",
      "    excludeFilters:",
      "      - experimental:",
      "          cel_expression:",
      "            - \"'expected' in _flow.policy_log\"",
    ].join("\n"),
  },
  {
    title: "CEL on tags",
    text: `hubble observe --verdict DROPPED --not --cel-expression "_flow.policy_log.endsWith('expected')"`,
  },
];
