/**
 * Hubble's flow filters as its nodes apply them: a flow passes if the whitelist is empty or one of
 * its filters matches, and no filter of the blacklist does. Within a filter every field that is set
 * must match, within a field any of its values.
 */
import {
  type Endpoint,
  type Flow,
  type FlowFilter,
  type Service,
  type TCPFlags,
  Verdict,
  type Workload,
} from "@/lib/hubble/generated/flow/flow";
import { compileCel } from "./cel";
import { anyOf, type FlowTest } from "./field-test";
import { FilterError } from "./filter-error";
import { compileHttp } from "./http-filter";
import { compileSelector } from "./label-selector";
import {
  compileAddress,
  compileExpression,
  compileName,
  compileNamespacedName,
  compileNodeName,
  compilePort,
} from "./patterns";

/** Throws a `FilterError` with the text a node would answer. */
export function compileFilters(
  whitelist: readonly FlowFilter[],
  blacklist: readonly FlowFilter[],
): FlowTest {
  const include = whitelist.map(compileFilter);
  const exclude = blacklist.map(compileFilter);
  return (flow) =>
    (include.length === 0 || include.some((test) => test(flow))) &&
    !exclude.some((test) => test(flow));
}

function compileFilter(filter: FlowFilter): FlowTest {
  const tests = [
    ...compileEnds(filter),
    ...compileEvent(filter),
    ...compileLayers(filter),
    ...compileHttp(filter),
  ];
  return (flow) => tests.every((test) => test(flow));
}

const same = <T>(value: T) => value;

type Side = "source" | "destination";

function compileEnds(filter: FlowFilter): FlowTest[] {
  return [
    ...compileEnd(filter, "source"),
    ...compileEnd(filter, "destination"),
    ...anyOf(filter.source_ip_xlated, compileAddress, (test, { IP }) =>
      holds(IP?.source_xlated, test),
    ),
  ];
}

function compileEnd(filter: FlowFilter, side: Side): FlowTest[] {
  const end = (flow: Flow): Endpoint | undefined => flow[side];
  const service = (flow: Flow): Service | undefined => flow[`${side}_service`];
  return [
    ...anyOf(filter[`${side}_ip`], compileAddress, (test, { IP }) => holds(IP?.[side], test)),
    ...anyOf(filter[`${side}_pod`], compileNamespacedName, (test, flow) => {
      const endpoint = end(flow);
      return endpoint !== undefined && test(endpoint.namespace, endpoint.pod_name);
    }),
    ...anyOf(filter[`${side}_service`], compileNamespacedName, (test, flow) => {
      const named = service(flow);
      return named !== undefined && test(named.namespace, named.name);
    }),
    ...anyOf(filter[`${side}_fqdn`], compileName, (test, flow) => flow[`${side}_names`].some(test)),
    ...anyOf(filter[`${side}_label`], compileSelector, (test, flow) =>
      test(end(flow)?.labels ?? []),
    ),
    ...anyOf(filter[`${side}_workload`], same, (wanted, flow) =>
      (end(flow)?.workloads ?? []).some((workload) => isWorkload(workload, wanted)),
    ),
    ...anyOf(
      filter[`${side}_cluster_name`],
      requireText,
      (wanted, flow) => end(flow)?.cluster_name === wanted,
    ),
    ...anyOf(filter[`${side}_identity`], same, (wanted, flow) => end(flow)?.identity === wanted),
    ...anyOf(filter[`${side}_port`], compilePort, (port, { l4 }) => {
      const ports = l4?.TCP ?? l4?.UDP ?? l4?.SCTP;
      return ports?.[`${side}_port`] === port;
    }),
  ];
}

function compileEvent(filter: FlowFilter): FlowTest[] {
  return [
    ...anyOf(filter.uuid, same, (uuid, flow) => flow.uuid === uuid),
    ...anyOf(filter.verdict, same, (verdict, flow) => flow.verdict === verdict),
    ...anyOf(filter.traffic_direction, same, (wanted, flow) => flow.traffic_direction === wanted),
    ...anyOf(
      filter.drop_reason_desc,
      same,
      (reason, flow) => flow.verdict === Verdict.DROPPED && flow.drop_reason_desc === reason,
    ),
    ...anyOf(
      filter.event_type,
      same,
      (wanted, { event_type }) =>
        event_type !== undefined &&
        (wanted.type === 0 || wanted.type === event_type.type) &&
        (!wanted.match_sub_type || wanted.sub_type === event_type.sub_type),
    ),
    ...anyOf(filter.reply, same, (wanted, flow) => replyOf(flow) === wanted),
    ...anyOf(filter.node_name, compileNodeName, (test, flow) => test(flow.node_name)),
    ...anyOf(filter.node_labels, compileSelector, (test, flow) => test(flow.node_labels)),
    ...anyOf(
      filter.interface,
      same,
      (wanted, flow) =>
        flow.interface !== undefined &&
        (wanted.index === 0 || wanted.index === flow.interface.index) &&
        (wanted.name === "" || wanted.name === flow.interface.name),
    ),
    ...anyOf(filter.trace_id, same, (id, flow) => flow.trace_context?.parent?.trace_id === id),
    ...anyOf(filter.ip_trace_id, same, (id, flow) => flow.ip_trace_id?.trace_id === id),
    ...anyOf(filter.experimental?.cel_expression ?? [], compileCel, (test, flow) => test(flow)),
  ];
}

function compileLayers(filter: FlowFilter): FlowTest[] {
  return [
    ...anyOf(filter.ip_version, same, (version, flow) => (flow.IP?.ipVersion ?? 0) === version),
    ...anyOf(filter.encrypted, same, (wanted, flow) => (flow.IP?.encrypted ?? false) === wanted),
    ...anyOf(filter.protocol, compileProtocol, (test, flow) => test(flow)),
    ...anyOf(filter.tcp_flags, same, (wanted, { l4 }) => hasFlags(l4?.TCP?.flags, wanted)),
    ...anyOf(
      filter.dns_query,
      (text) => compileExpression(text, "dns query"),
      (pattern, { l7 }) => l7?.dns !== undefined && pattern.test(l7.dns.query),
    ),
  ];
}

const PROTOCOLS: Readonly<Record<string, FlowTest>> = {
  tcp: ({ l4 }) => l4?.TCP !== undefined,
  udp: ({ l4 }) => l4?.UDP !== undefined,
  sctp: ({ l4 }) => l4?.SCTP !== undefined,
  vrrp: ({ l4 }) => l4?.VRRP !== undefined,
  igmp: ({ l4 }) => l4?.IGMP !== undefined,
  icmp: ({ l4 }) => l4?.ICMPv4 !== undefined || l4?.ICMPv6 !== undefined,
  icmpv4: ({ l4 }) => l4?.ICMPv4 !== undefined,
  icmpv6: ({ l4 }) => l4?.ICMPv6 !== undefined,
  dns: ({ l7 }) => l7?.dns !== undefined,
  http: ({ l7 }) => l7?.http !== undefined,
  kafka: ({ l7 }) => l7?.kafka !== undefined,
};

function compileProtocol(text: string): FlowTest {
  const test = PROTOCOLS[text.toLowerCase()];
  if (!test) throw new FilterError(`unknown protocol: ${text}`);
  return test;
}

/** Refused packets have no `is_reply`, but this filter takes them for requests. */
function replyOf(flow: Flow): boolean | undefined {
  return flow.is_reply ?? (flow.verdict === Verdict.DROPPED ? false : undefined);
}

function hasFlags(flags: TCPFlags | undefined, wanted: TCPFlags): boolean {
  if (!flags) return false;
  return (Object.keys(wanted) as (keyof TCPFlags)[]).every((flag) => !wanted[flag] || flags[flag]);
}

function isWorkload(workload: Workload, wanted: Workload): boolean {
  return (
    (wanted.name === "" || wanted.name === workload.name) &&
    (wanted.kind === "" || wanted.kind === workload.kind)
  );
}

function requireText(text: string): string {
  if (text === "") throw new FilterError("invalid cluster name filter: empty");
  return text;
}

function holds(value: string | undefined, test: (value: string) => boolean): boolean {
  return value !== undefined && value !== "" && test(value);
}
