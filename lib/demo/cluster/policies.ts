/**
 * The policies of the demo cluster that name themselves on flows. `log` is `spec.log.value`; rules
 * that only allow, and so lead to default deny, are listed where their allowed flows carry them.
 */
import { hash } from "./random";

export type PolicyKind = "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy" | "NetworkPolicy";

export type Rule = {
  kind: PolicyKind;
  /** Empty for cluster-wide policies. */
  namespace: string;
  name: string;
  uid: string;
  revision: number;
  /** Empty where the policy sets none. */
  log: string;
};

const CNP = "CiliumNetworkPolicy";
const CCNP = "CiliumClusterwideNetworkPolicy";

export const RULES = {
  metadataDeny: rule(CCNP, "", "azure-imds-deny", "ccnp_egress_denied_azure_imds"),
  metadataDenyUntagged: rule(CNP, "ci", "runner-no-cloud-metadata"),
  apiserverDeny: rule(CNP, "ci", "runner-no-apiserver", "cnp_egress_denied_apiserver"),
  runnerDatabaseDeny: rule(CNP, "ci", "runner-no-databases", "cnp_egress_denied_db"),
  paymentsIngressDeny: rule(CNP, "shop", "payments-deny-storefront", "cnp_ingress_denied_payments"),
  blocklistDeny: rule(CCNP, "", "threat-intel-blocklist", "ccnp_egress_denied_blocklist"),
  stagingDeny: rule(CNP, "staging", "staging-no-production", "cnp_egress_denied_staging_to_prod"),
  storefrontEgress: rule(CNP, "shop", "storefront-egress", "cnp_egress_allowed_storefront"),
  paymentsApi: rule(CNP, "shop", "payments-api"),
  scrape: rule("NetworkPolicy", "shop", "allow-prometheus"),
  dnsAllow: rule(CCNP, "", "allow-cluster-dns"),
  batchDeny: rule(
    CNP,
    "ml-research-and-feature-engineering-platform-europe",
    "restrict-egress-of-offline-batch-scoring-pipelines-to-approved-feature-stores-only",
    "cnp_egress_denied_unapproved_fs",
  ),
} as const satisfies Record<string, Rule>;

function rule(kind: PolicyKind, namespace: string, name: string, log = ""): Rule {
  const key = hash(kind, namespace, name).toString(16).padStart(8, "0");
  const uid = `${key}-${key.slice(0, 4)}-4${key.slice(1, 4)}-9${key.slice(4, 7)}-${key}${key.slice(2, 6)}`;
  return { kind, namespace, name, uid, revision: 2 + (hash(name) % 40), log };
}
